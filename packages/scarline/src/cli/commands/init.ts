import { initSite, readAoiFile } from '@scarline/core'
import { parseNumber } from '../coordinates.ts'
import { type DefineCommand, printJson } from './define.ts'

interface InitOptions {
  bbox?: string
  aoi?: string
  from: string
  to: string
  stac?: string
  collection?: string
  pixelSize: number
  name?: string
  minValid?: number
  threshold?: number
  colour: boolean
}

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--bbox <w,s,e,n>', 'the area of interest in degrees')
    .option('--aoi <file>', 'the area of interest as polygons, any GDAL vector format')
    .requiredOption('--from <date>', 'first day, YYYY-MM-DD')
    .requiredOption('--to <date>', 'last day, YYYY-MM-DD')
    .option('--stac <url|file>', 'STAC API, static catalogue or items.json (default: Earth Search)')
    .option('--collection <id>', 'the collection to search')
    .option('--pixel-size <m>', 'pixels of the site grid', parseNumber('--pixel-size', 0.5, 60), 2)
    .option('--name <text>', "the site's name")
    .option(
      '--min-valid <share>',
      'keep scenes seen at least so far',
      parseNumber('--min-valid', 0, 1),
    )
    .option('--threshold <ndvi>', 'a fixed NDVI threshold', parseNumber('--threshold', -1, 1))
    .option('--no-colour', 'do not read green and blue')
    .action(async (dir: string, options: InitOptions) => {
      const aoi = options.aoi === undefined ? undefined : await readAoiFile(options.aoi)
      const folder = await initSite(dir, {
        bbox: options.bbox?.trim(),
        ...(aoi ? { aoi } : {}),
        from: options.from,
        to: options.to,
        stac: options.stac,
        collection: options.collection,
        pixelSizeM: options.pixelSize,
        name: options.name,
        settings: {
          colour: options.colour,
          ...(options.minValid === undefined ? {} : { minValidFraction: options.minValid }),
          ...(options.threshold === undefined ? {} : { threshold: options.threshold }),
        },
      })
      const site = await folder.readSite().finally(() => folder.close())
      const { grid } = site
      terminal.print(
        `${site.name}: ${grid.width} x ${grid.height} pixels of ${options.pixelSize} m in EPSG:${grid.epsg}, ${site.from} to ${site.to}`,
      )
      printJson(terminal, site)
    })
