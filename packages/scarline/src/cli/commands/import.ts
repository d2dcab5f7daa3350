import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  BAND_NAMES,
  type BandName,
  ScarlineError,
  type SiteFolder,
  bboxPolygon,
  createImportSite,
  importRasters,
  openSiteFolder,
  parseBbox,
  prepareImport,
  readAoiFile,
} from '@scarline/core'
import { parseNumber } from '../coordinates.ts'
import { type DefineCommand, printJson } from './define.ts'

interface ImportOptions {
  bands?: string
  bbox?: string
  aoi?: string
  pixelSize?: number
  name?: string
}

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--bands <names>', 'what the bands of plain GeoTIFFs are, e.g. red,nir')
    .option('--bbox <w,s,e,n>', 'the area of a new site in degrees')
    .option('--aoi <file>', 'the area of a new site as polygons')
    .option('--pixel-size <m>', 'pixels of a new site grid', parseNumber('--pixel-size', 0.5, 60))
    .option('--name <text>', "a new site's name")
    .action(async (site: string, paths: string[], options: ImportOptions) => {
      const { signal } = terminal
      const bands = options.bands === undefined ? undefined : bandNames(options.bands)
      const prepared = await prepareImport({ paths, signal, ...(bands ? { bands } : {}) })
      const folder = await openOrCreate(site, prepared, options)
      try {
        const summary = await terminal.follow(importRasters(folder, { paths, prepared, signal }))
        printJson(terminal, summary)
      } finally {
        await folder.close()
      }
    })

function bandNames(text: string): BandName[] {
  return text.split(',').map((part) => {
    const band = BAND_NAMES.find((name) => name === part.trim().toLowerCase())
    if (band) return band
    throw new ScarlineError(`got the band "${part}", expected names of ${BAND_NAMES.join(', ')}`, {
      code: 'usage',
    })
  })
}

async function openOrCreate(
  dir: string,
  prepared: Awaited<ReturnType<typeof prepareImport>>,
  options: ImportOptions,
): Promise<SiteFolder> {
  if (existsSync(join(dir, 'site.json'))) {
    if (options.bbox !== undefined || options.aoi !== undefined) {
      throw new ScarlineError(`${dir} is a site already, its area cannot be given again`, {
        code: 'usage',
        hint: 'Leave --bbox and --aoi out, or import into a new folder.',
      })
    }
    return openSiteFolder(dir)
  }
  const aoi =
    options.aoi !== undefined
      ? await readAoiFile(options.aoi)
      : options.bbox !== undefined
        ? bboxPolygon(parseBbox(options.bbox.trim()))
        : undefined
  return createImportSite(dir, {
    prepared,
    ...(aoi ? { aoi } : {}),
    ...(options.pixelSize === undefined ? {} : { pixelSizeM: options.pixelSize }),
    ...(options.name === undefined ? {} : { name: options.name }),
  })
}
