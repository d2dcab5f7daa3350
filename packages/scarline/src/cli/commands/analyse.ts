import { type AnalyseSummary, analyse, analyseOutlines } from '@scarline/core'
import { ScarlineError } from '@scarline/core'
import { formatArea, formatPercent } from '../format.ts'
import type { Terminal } from '../terminal.ts'
import { type AddCommand, printJson, withSite } from './define.ts'

export const addAnalyse: AddCommand = (program, terminal) =>
  program
    .command('analyse [site]')
    .description('area with uncertainty, seasons, events, directions, new zones, dated boundaries')
    .option('--dem <file>', "a DEM of any GDAL raster format; else the archive's is looked for")
    .option('--no-dem', 'look for no DEM')
    .option('--outlines <files...>', 'areas of outlines drawn by hand, any GDAL vector format')
    .action(
      async (site: string | undefined, options: { outlines?: string[]; dem: string | boolean }) => {
        if (options.outlines) {
          await printOutlines(terminal, options.outlines)
          return
        }
        if (site === undefined) {
          throw new ScarlineError('got no site, expected a site folder or --outlines FILES', {
            code: 'usage',
          })
        }
        const summary = await withSite(site, (folder) =>
          terminal.follow(analyse(folder, { ...demOption(options), signal: terminal.signal })),
        )
        printAnalysis(terminal, summary)
        printJson(terminal, summary)
      },
    )

function demOption({ dem }: { dem: string | boolean }): { dem?: string } {
  if (dem === false) return { dem: 'none' }
  return typeof dem === 'string' ? { dem } : {}
}

/** The area change of each object, and what became of it in words. */
export function printAnalysis(terminal: Terminal, summary: AnalyseSummary): void {
  for (const object of summary.objects) {
    const change =
      object.changeFraction === null ? '' : ` (${formatPercent(object.changeFraction, true)})`
    terminal.print(
      `object ${object.objectId}: ${formatArea(object.firstM2)} to ${formatArea(object.lastM2)}${change}, ` +
        `largest ${formatArea(object.largestM2)} on ${object.largestAt.slice(0, 10)}`,
    )
    for (const words of object.words) terminal.print(`  ${words}`)
  }
}

async function printOutlines(terminal: Terminal, files: readonly string[]): Promise<void> {
  const report = await analyseOutlines(files, { signal: terminal.signal })
  for (const row of report.areas) {
    terminal.print(
      [
        row.day ?? 'no date   ',
        `${(row.largestM2 / 1e4).toFixed(2).padStart(10)} ha largest`,
        `${(row.totalM2 / 1e4).toFixed(2).padStart(10)} ha in ${row.polygons} polygons`,
        row.crs,
        row.file,
      ].join('  '),
    )
  }
  for (const { file, message, hint } of report.problems) {
    terminal.note(`warning: ${file}: ${message}${hint === null ? '' : `. ${hint}`}`)
  }
  printJson(terminal, report)
}
