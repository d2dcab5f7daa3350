import {
  type ExportQgisSummary,
  type ExportStacSummary,
  type PublishedWeights,
  exportBoundaries,
  exportQgis,
  exportStac,
} from '@scarline/core'
import { OFFICIAL_MODELS } from '../../models/official-models.ts'
import { VERSION } from '../version.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

interface ExportOptions {
  stac?: boolean
  qgis?: boolean
  format?: string[]
}

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--stac', 'a static STAC catalogue in stac/')
    .option('--qgis', 'a QGIS project that plays the boundaries, in qgis/')
    .option('--format <format...>', 'the boundaries in more formats: flatgeobuf, geojson')
    .action(async (site: string, { stac = false, qgis = false, format = [] }: ExportOptions) => {
      const everything = !stac && !qgis && format.length === 0
      const { signal } = terminal
      const result = await withSite(site, async (folder) => {
        const boundaries: string[] = []
        for (const one of format) {
          signal.throwIfAborted()
          boundaries.push(await exportBoundaries(folder, one))
        }
        // The catalogue comes last: it describes the project.
        const project: ExportQgisSummary | null =
          qgis || everything ? await terminal.follow(exportQgis(folder, { signal })) : null
        const software = { scarline: VERSION }
        const catalogue: ExportStacSummary | null =
          stac || everything
            ? await terminal.follow(
                exportStac(folder, { software, weights: officialWeights(), signal }),
              )
            : null
        return { boundaries, qgis: project, stac: catalogue }
      })
      for (const name of result.boundaries) terminal.print(`boundaries: ${name}`)
      if (result.qgis) terminal.print(`QGIS: ${result.qgis.project}`)
      if (result.stac) terminal.print(`STAC: ${result.stac.catalog}`)
      printJson(terminal, result)
    })

/** Where Meta publishes the weights of each official checkpoint. */
function officialWeights(): ReadonlyMap<string, PublishedWeights> {
  return new Map(
    OFFICIAL_MODELS.map(({ id, url, bytes, sha256 }) => [
      id,
      { href: url, sizeBytes: bytes, sha256 },
    ]),
  )
}
