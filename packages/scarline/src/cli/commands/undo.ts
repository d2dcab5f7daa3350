import type { Command } from 'commander'
import type { HistoryWay, StepWords } from '../../server/studio/context.ts'
import { createStudioHistory } from '../../server/studio/history.ts'
import type { Terminal } from '../terminal.ts'
import { type AddCommand, printJson, withSite } from './define.ts'

function addStepping(program: Command, terminal: Terminal, way: HistoryWay): Command {
  return program
    .command(`${way} <site>`)
    .description(
      way === 'undo'
        ? 'take back what was last done in the studio'
        : 'do again what was last taken back',
    )
    .action(async (site: string) => {
      const history = createStudioHistory()
      const result = await withSite(site, async (folder) => {
        const words = await history.step(folder, way)
        return { words, ...(await history.state(folder)) }
      })
      const done = way === 'undo' ? 'took back' : 'did again'
      terminal.print(`${done}: ${sentenceOf(result.words)}`)
      printJson(terminal, result)
    })
}

/** `{kind: 'scenes-rejected', count: 3}` is "scenes rejected, 3". */
function sentenceOf({ kind, count, sceneId }: StepWords): string {
  const frame = typeof sceneId === 'string' && sceneId !== '' ? ` on ${sceneId}` : ''
  const many = typeof count === 'number' && count > 1 ? `, ${count}` : ''
  return `${kind.replaceAll('-', ' ')}${many}${frame}`
}

export const addUndo: AddCommand = (program, terminal) => addStepping(program, terminal, 'undo')
export const addRedo: AddCommand = (program, terminal) => addStepping(program, terminal, 'redo')
