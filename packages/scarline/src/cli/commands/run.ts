import { type SiteFolder, acquire, analyse, frames, track, verify } from '@scarline/core'
import { runReport } from '../../report/run-report.ts'
import { SEGMENTER_HELP, chooseSegmenter } from '../segmenters.ts'
import type { Terminal } from '../terminal.ts'
import { printAnalysis } from './analyse.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'
import { printAccuracy } from './verify.ts'

interface RunOptions {
  segmenter?: string
  truth?: string
}

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--segmenter <id>', SEGMENTER_HELP)
    .option('--truth <file|dir>', 'verify too')
    .action(async (site: string, options: RunOptions) => {
      const result = await withSite(site, async (folder) => {
        await makeFrames(folder, terminal)
        if ((await folder.readPrompts()).length > 0) return evolve(folder, terminal, options)
        terminal.print(
          'the frames are ready; mark the scar with scarline prompt <site> --frame DATE --positive LNG,LAT, then run again',
        )
        return null
      })
      printJson(terminal, result)
    })

/** Archive to frames: what is there already is not done again. */
export async function makeFrames(folder: SiteFolder, terminal: Terminal): Promise<void> {
  const { signal } = terminal
  const { source } = await folder.readSite()
  if (source.kind === 'stac') await terminal.follow(acquire(folder, { signal }))
  await terminal.follow(frames(folder, { signal }))
}

/** What {@link evolve} came to. */
export interface EvolveResult {
  report: string
  analysis: unknown
  verification: unknown
}

/** Frames and prompts to masks, numbers and the report. */
export async function evolve(
  folder: SiteFolder,
  terminal: Terminal,
  options: RunOptions,
): Promise<EvolveResult> {
  const { signal } = terminal
  const { segmenter, reason } = await chooseSegmenter(options.segmenter, signal)
  terminal.note(reason)
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
  return { report: report.path, analysis, verification }
}
