import { type TrackSummary, track } from '@scarline/core'
import { SEGMENTER_HELP, chooseSegmenter } from '../segmenters.ts'
import type { Terminal } from '../terminal.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

interface TrackCommandOptions {
  segmenter?: string
  fromFrame?: string
  reverse?: boolean
  all?: boolean
}

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--segmenter <id>', SEGMENTER_HELP)
    .option('--from-frame <date|index>', 'only from this frame on (back, with --reverse)')
    .option('--reverse', 'from the later frames to the earlier')
    .option('--all', 'compute every frame that is not locked again')
    .action(async (site: string, options: TrackCommandOptions) => {
      const { segmenter, reason } = await chooseSegmenter(options.segmenter, terminal.signal)
      terminal.note(reason)
      const summary = await withSite(site, (folder) =>
        terminal.follow(
          track(folder, {
            segmenter,
            signal: terminal.signal,
            ...(options.fromFrame === undefined ? {} : { fromFrame: options.fromFrame }),
            ...(options.reverse ? { reverse: true } : {}),
            ...(options.all ? { all: true } : {}),
          }),
        ),
      )
      printTrack(terminal, summary)
      printJson(terminal, summary)
    })

/** What changed and where a correction would gain most. */
function printTrack(terminal: Terminal, summary: TrackSummary): void {
  const rows = summary.changes.slice(0, 12)
  if (rows.length > 0) {
    terminal.print(`${summary.changes.length} frames changed:`)
    for (const change of rows) {
      terminal.print(
        `  ${change.sceneId.padEnd(16)} object ${change.objectId}  +${Math.round(change.gainedM2)} m2  -${Math.round(change.lostM2)} m2`,
      )
    }
    if (summary.changes.length > rows.length) {
      terminal.print(`  and ${summary.changes.length - rows.length} more (track.json)`)
    }
  }
  const [first] = summary.review
  if (first) {
    terminal.print(
      `a correction would gain most on ${summary.review
        .slice(0, 3)
        .map(({ sceneId, score }) => `${sceneId} (confidence ${score.toFixed(2)})`)
        .join(', ')}`,
    )
  }
}
