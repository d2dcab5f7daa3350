import { type HistoryState, ScarlineError, type SiteFolder } from '@scarline/core'
import type { HistoryWay, StudioHistory } from './context.ts'
import { apply, compare, takeSnapshot, touchesOf } from './history-changes.ts'
import { type HistoryFile, type HistoryStep, readHistory, writeHistory } from './history-file.ts'
import { removeUnused } from './history-masks.ts'

/** Steps that can be taken back. */
const MOST_STEPS = 200
/** Accepted masks that all steps together remember: a long series may be accepted in one step. */
const MOST_LOCKS = 5000

/** What a person did on a site, in `studio/history.json` of its folder. */
export function createStudioHistory(now: () => number = Date.now): StudioHistory {
  return {
    async record(folder, { words, touches }, work) {
      const before = await takeSnapshot(folder, touches)
      const result = await work()
      const after = await takeSnapshot(folder, touches)
      const changes = await compare(folder, before, after)
      if (changes === null) return result
      const history = await readHistory(folder)
      const past = history.steps.slice(0, history.done)
      const step: HistoryStep = { words, at: new Date(now()).toISOString(), ...changes }
      const steps = latest([...past, step])
      await writeHistory(folder, { formatVersion: 1, steps, done: steps.length })
      const dropped = history.steps.filter((one) => !steps.includes(one))
      if (dropped.length > 0) {
        await removeUnused(folder, dropped, steps, await folder.readPrompts())
      }
      return result
    },
    async state(folder): Promise<HistoryState> {
      const history = await readHistory(folder)
      const [last, next] = [history.steps[history.done - 1], history.steps[history.done]]
      return {
        ...{ canUndo: last !== undefined, canRedo: next !== undefined },
        undoWords: last?.words ?? null,
        redoWords: next?.words ?? null,
      }
    },
    touches: async (folder, way) => touchesOf(stepAt(await readHistory(folder), way)),
    async step(folder: SiteFolder, way) {
      const history = await readHistory(folder)
      const step = stepAt(history, way)
      await apply(folder, step, way)
      await writeHistory(folder, { ...history, done: history.done + (way === 'undo' ? -1 : 1) })
      return step.words
    },
  }
}

/** The last steps, as many as are remembered. */
function latest(steps: readonly HistoryStep[]): HistoryStep[] {
  let locks = 0
  const kept = steps.slice(-MOST_STEPS)
  const first = kept.findLastIndex((step, index) => {
    locks += step.locks.length
    return locks > MOST_LOCKS && index < kept.length - 1
  })
  return kept.slice(first + 1)
}

function stepAt({ steps, done }: HistoryFile, way: HistoryWay): HistoryStep {
  const step = steps[way === 'undo' ? done - 1 : done]
  if (step) return step
  throw new ScarlineError(`there is nothing to ${way}`, { code: 'usage' })
}
