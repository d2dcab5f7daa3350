import {
  type AnalyseSummary,
  type OutlineOptions,
  ScarlineError,
  analyse,
  analyseOutlines,
} from '@scarline/core'
import { runOutlineReport } from '../../report/outlines/run-outline-report.ts'
import { formatArea, formatPercent } from '../format.ts'
import type { Terminal } from '../terminal.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'
import { printOutlines } from './outlines.ts'

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--dem <file>', "a DEM of any GDAL raster format; else the archive's is looked for")
    .option('--no-dem', 'look for no DEM')
    .option(
      '--outlines <files...>',
      'dated outlines drawn by hand instead of a site: files of any GDAL vector format, or folders',
    )
    .option('--out <dir>', 'with --outlines: folder for the results (outlines-analysis by default)')
    .option(
      '--noise <m>',
      "with --outlines: standard deviation of the drawn line's position, m; else estimated or assumed",
    )
    .option('--noise-length <m>', 'with --outlines: length of line along which errors go together')
    .option(
      '--resolution <m>',
      'with --outlines: pixel of the working grid; else as fine as the areas need',
    )
    .option(
      '--objects <rule>',
      'with --outlines: overlap (default), one, or the attribute that names objects',
    )
    .action(async (site: string | undefined, options: AnalyseFlags) => {
      if (options.outlines !== undefined) {
        if (site !== undefined) {
          throw new ScarlineError(`got ${site} and --outlines, expected one of them`, {
            code: 'usage',
            hint: 'Name files and folders of outlines after --outlines.',
          })
        }
        const found = await terminal.follow(
          analyseOutlines(options.outlines, {
            ...outlineOptions(options),
            ...demOption(options),
            signal: terminal.signal,
          }),
        )
        const report = await terminal.follow(runOutlineReport(found.folder))
        printOutlines(terminal, found)
        printJson(terminal, { ...found, report: report.path })
        return
      }
      const stray = OUTLINE_FLAGS.find((name) => options[name] !== undefined)
      if (stray !== undefined) {
        throw new ScarlineError(
          `got --${stray.replace('noiseL', 'noise-l')} without --outlines, expected them together`,
          {
            code: 'usage',
          },
        )
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
    })

interface AnalyseFlags {
  outlines?: string[]
  dem?: string | boolean
  out?: string
  noise?: string
  noiseLength?: string
  resolution?: string
  objects?: string
}

const OUTLINE_FLAGS = ['out', 'noise', 'noiseLength', 'resolution', 'objects'] as const

function outlineOptions(flags: AnalyseFlags): OutlineOptions {
  return {
    out: flags.out,
    noiseM: metresOf('noise', flags.noise),
    noiseLengthM: metresOf('noise-length', flags.noiseLength),
    resolutionM: metresOf('resolution', flags.resolution),
    objects: flags.objects,
  }
}

function metresOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
  throw new ScarlineError(`got --${name} ${text}, expected metres above 0`, { code: 'usage' })
}

function demOption({ dem }: { dem?: string | boolean }): { dem?: string } {
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
