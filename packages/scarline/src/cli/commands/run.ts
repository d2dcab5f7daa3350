import { type SiteFolder, acquire, analyse, frames, track, verify } from '@scarline/core'
import { runReport } from '../../report/run-report.ts'
import { segmenterOf } from '../segmenters.ts'
import type { Terminal } from '../terminal.ts'
import { printAnalysis } from './analyse.ts'
import { type AddCommand, printJson, withSite } from './define.ts'
import { printAccuracy } from './verify.ts'

interface RunOptions {
  segmenter: string
  truth?: string
}

export const addRun: AddCommand = (program, terminal) =>
  program
    .command('run <site>')
    .description('whatever is still to do: acquire, frames, track, analyse, report')
    .option('--segmenter <id>', 'the engine', 'ndvi')
    .option('--truth <file|dir>', 'verify too')
    .action(async (site: string, options: RunOptions) => {
      const result = await withSite(site, (folder) => runAll(folder, terminal, options))
      printJson(terminal, result)
    })

/** What {@link runAll} came to. */
export interface RunResult {
  /** False where the site has no prompts yet: tracking is still to do. */
  complete: boolean
  reportPath: string | null
  analysis: unknown
  verification: unknown
}

/** Every stage in order; each skips what it has done before. */
export async function runAll(
  folder: SiteFolder,
  terminal: Terminal,
  options: RunOptions,
): Promise<RunResult> {
  const { signal } = terminal
  const segmenter = segmenterOf(options.segmenter)
  const site = await folder.readSite()
  if (site.source.kind === 'stac') await terminal.follow(acquire(folder, { signal }))
  await terminal.follow(frames(folder, { signal }))
  if ((await folder.readPrompts()).length === 0) {
    terminal.print(
      'the frames are ready; mark the scar with scarline prompt <site> --frame DATE --positive LNG,LAT, then run again',
    )
    return { complete: false, reportPath: null, analysis: null, verification: null }
  }
  await terminal.follow(track(folder, { segmenter, signal }))
  const analysis = await terminal.follow(analyse(folder, { signal }))
  const verification =
    options.truth === undefined
      ? null
      : await terminal.follow(verify(folder, { truth: options.truth, signal }))
  const report = await terminal.follow(runReport(folder, { signal }))
  if (verification) printAccuracy(terminal, verification)
  printAnalysis(terminal, analysis)
  terminal.print(`report: ${report.path}`)
  return { complete: true, reportPath: report.path, analysis, verification }
}
