import type { Sam2Model } from '@scarline/sam2'
import type { ExpectedRows } from './expected-rows.ts'
import { MEDIAN_LIMIT } from './limits.ts'
import type { Scenario } from './manifest.ts'
import type { ReplayResult, ScenarioResult } from './result.ts'
import { resynchronised } from './resync.ts'

/**
 * Replays a scenario, and once more from recorded masks where the first replay is beyond limits (its median
 * among them) only by what may have been carried from frame to frame (see `resynchronised`), unless `isStrict`.
 */
export async function judgeScenario(
  replay: (model: Sam2Model) => Promise<ReplayResult>,
  model: Sam2Model,
  scenario: Scenario,
  rows: ExpectedRows,
  isStrict: boolean,
): Promise<Omit<ScenarioResult, 'id'>> {
  const free = await replay(model)
  if (free.isWithin && (isStrict || free.medianLowRes < MEDIAN_LIMIT)) {
    return { ...free, verdict: 'within' }
  }
  const isCarriable =
    free.decisions.length === 0 &&
    free.masks.every((mask) => mask.failures.length === 0 || mask.isCarriable)
  if (isStrict || !isCarriable) return { ...free, verdict: 'beyond' }
  const fromRecorded = await replay(resynchronised(model, scenario, rows))
  const isWithin = fromRecorded.isWithin && fromRecorded.medianLowRes < MEDIAN_LIMIT
  return { ...free, fromRecorded, verdict: isWithin ? 'carried' : 'beyond' }
}
