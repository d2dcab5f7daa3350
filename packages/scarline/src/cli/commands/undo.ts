import type { StepWords } from '@scarline/core'
import type { HistoryWay } from '../../server/studio/context.ts'
import { createStudioHistory } from '../../server/studio/history.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

export const define: DefineCommand = (command, terminal) => {
  const way: HistoryWay = command.name() === 'undo' ? 'undo' : 'redo'
  command.action(async (site: string) => {
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
