import { type VerifySummary, verify } from '@scarline/core'
import { parseInteger, parseNumber } from '../coordinates.ts'
import { formatPercent } from '../format.ts'
import type { Terminal } from '../terminal.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

interface VerifyOptions {
  truth: string
  object?: number
  maxDays: number
}

export const define: DefineCommand = (command, terminal) =>
  command
    .requiredOption('--truth <file|dir>', 'rasters or polygons per date, any GDAL format')
    .option('--object <n>', 'compare one object only', parseInteger('--object', 1, 10_000))
    .option('--max-days <n>', 'truth may be so many days off', parseNumber('--max-days', 0, 400), 0)
    .action(async (site: string, options: VerifyOptions) => {
      const summary = await withSite(site, (folder) =>
        terminal.follow(
          verify(folder, {
            truth: options.truth,
            maxDays: options.maxDays,
            signal: terminal.signal,
            ...(options.object === undefined ? {} : { objectId: options.object }),
          }),
        ),
      )
      printAccuracy(terminal, summary)
      printJson(terminal, summary)
    })

/** Mean scores over observed ground, and over all of it. */
export function printAccuracy(terminal: Terminal, summary: VerifySummary): void {
  const rows = [
    ['ground seen', summary.mean],
    ['all ground', summary.meanAll],
  ] as const
  for (const [name, mean] of rows) {
    if (!mean) continue
    terminal.print(
      `${name.padEnd(11)}  IoU ${mean.iou.toFixed(3)}  precision ${mean.precision.toFixed(3)}  ` +
        `recall ${mean.recall.toFixed(3)}  boundary F ${mean.boundaryF.toFixed(3)}`,
    )
  }
  terminal.print(
    `over ${summary.frames} frames; ${formatPercent(summary.unobservedFraction)} of the ground was hidden`,
  )
}
