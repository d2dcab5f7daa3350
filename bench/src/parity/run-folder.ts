import {
  type FrameSource,
  type PredictorOptions,
  type Runtime,
  Sam2Error,
  type Sam2Model,
  loadModel,
  parseConfig,
} from '@scarline/sam2'
import { channelsFirst, median } from './compare.ts'
import { folderRows } from './expected-rows.ts'
import { MEDIAN_LIMIT } from './limits.ts'
import type { Video } from './manifest.ts'
import type { Sam2Inside } from './module-context.ts'
import type { AttentionRun } from './module-memory.ts'
import {
  type ReplaySightings,
  type SightingPlan,
  compareModules,
  finishModules,
  planSightings,
} from './module-tensors.ts'
import { openWeights } from './open-weights.ts'
import { type ReferenceFolder, folderFrame, wrongFrames } from './read-folder.ts'
import { judgeScenario } from './judge-scenario.ts'
import { type ReplayInput, type ReplayObserver, replayScenario } from './replay.ts'
import type { FolderResult, ReplayResult, ScenarioResult } from './result.ts'

/** What of a folder is compared, and how. */
export interface RunOptions {
  readonly runtime: Runtime
  readonly inside: Sam2Inside
  /** Read the checkpoints instead of generating the weights. */
  readonly checkpoint: boolean
  /** Scenarios to replay; all when absent. */
  readonly only?: readonly string[]
  readonly modulesOnly: boolean
  /** No second replay: what is beyond a limit is beyond. */
  readonly strict: boolean
  readonly onProgress: (text: string) => void
}

/** Compares everything that one model folder holds with what we compute. */
export async function runFolder(
  folder: ReferenceFolder,
  options: RunOptions,
): Promise<FolderResult> {
  const started = performance.now()
  const { runtime, onProgress } = options
  const tell = (text: string) => onProgress(`${folder.name}: ${text}`)
  const config = parseConfig(folder.config)
  tell('weights and frames')
  const { checkpoint, result: weights } = await openWeights(folder, config, options.checkpoint)
  const frames = wrongFrames(folder.frames)

  let loaded: Promise<Sam2Model> | undefined
  const model = () => (loaded ??= loadModel({ checkpoint, config, runtime }))
  try {
    tell('module tensors')
    const input = { folder, config, checkpoint, runtime, inside: options.inside }
    const modules = await compareModules(input, model)
    const plan = planSightings(folder)
    const rows = folderRows(folder)
    const predictorOptions = folderOptions(folder.config)
    const scenarios: ScenarioResult[] = []
    let sightings: ReplaySightings | undefined
    for (const [id, scenario] of chosenScenarios(folder, options)) {
      tell(`scenario ${id}`)
      const replay = async (from: Sam2Model) => {
        const observed = plan?.scenario === id ? observe(from, plan) : undefined
        const result = await replayOrSay({
          scenario,
          model: observed?.model ?? from,
          source: frameSource(folder, scenario.video),
          rows,
          options: predictorOptions,
          ...(observed && { observer: observed }),
        })
        sightings = observed?.sightings() ?? sightings
        return result
      }
      const judged = await judgeScenario(replay, await model(), scenario, rows, options.strict)
      scenarios.push({ id, ...judged })
    }
    const results = await finishModules(modules, sightings)
    const medianLowRes = medianOverRows(scenarios)
    const isWithin =
      weights.wrong.length === 0 &&
      frames.wrong.length === 0 &&
      medianLowRes < MEDIAN_LIMIT &&
      results.every((result) => result.isWithin) &&
      scenarios.every(({ verdict }) => verdict !== 'beyond')
    const seconds = (performance.now() - started) / 1000
    const names = { name: folder.name, config: config.name }
    return {
      ...names,
      weights,
      frames,
      modules: results,
      scenarios,
      medianLowRes,
      seconds,
      isWithin,
    }
  } finally {
    await loaded?.then((open) => open.close()).catch(() => {})
  }
}

/** A replay that cannot go on to its end is a replay whose decisions differ. */
async function replayOrSay(input: ReplayInput): Promise<ReplayResult> {
  try {
    return await replayScenario(input)
  } catch (error) {
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return {
      masks: [],
      medianLowRes: 0,
      modelCalls: 0,
      decisions: [`broke off: ${said}`],
      numbers: [],
      seconds: 0,
      isWithin: false,
    }
  }
}

/** The scenarios asked for. */
function chosenScenarios(folder: ReferenceFolder, { only, modulesOnly }: RunOptions) {
  const all = Object.entries(folder.manifest.scenarios)
  if (modulesOnly) return []
  return only ? all.filter(([id]) => only.includes(id)) : all
}

/** Options that a folder's own configuration gives to the predictor of all its scenarios. */
export function folderOptions(config: unknown): PredictorOptions {
  const overrides = recordOf(recordOf(config)['predictor_overrides'])
  const fillHoleArea = overrides['fill_hole_area']
  return typeof fillHoleArea === 'number' ? { fillHoleArea } : {}
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}

/** A generated video as the predictor reads it. */
export function frameSource(folder: Pick<ReferenceFolder, 'frames'>, video: Video): FrameSource {
  const { num_frames, width, height } = video
  return {
    numFrames: num_frames,
    width,
    height,
    readFrame(frameIdx) {
      return Promise.resolve({ width, height, data: folderFrame(folder, video, frameIdx) })
    },
  }
}

/** The model with an ear at memory attention, and what was heard at the places of the plan. */
function observe(
  model: Sam2Model,
  plan: SightingPlan,
): ReplayObserver & { model: Sam2Model; sightings: () => ReplaySightings } {
  let latest: AttentionRun | undefined
  let attention: AttentionRun | undefined
  const memory = new Map<number, Float32Array>()
  return {
    model: {
      ...model,
      async attendMemory(input) {
        // The features are freed when their frame leaves the cache.
        const curr = input.curr.slice()
        const out = await model.attendMemory(input)
        latest = { ...input, curr, out }
        return out
      },
    },
    onCall(frameIdx, numPoints) {
      if (frameIdx === plan.attentionFrame && numPoints === 0) attention ??= latest
    },
    onOutput(frameIdx, tokens) {
      if (!tokens || !plan.memoryFrames.includes(frameIdx) || memory.has(frameIdx)) return
      memory.set(frameIdx, channelsFirst(tokens, model.config.memoryEncoder.outDim))
    },
    sightings: () => ({ attention, memory }),
  }
}

/** Median of the largest logit differences, each stored row counted once. */
function medianOverRows(scenarios: readonly ScenarioResult[]): number {
  const worst = new Map<number, number>()
  for (const scenario of scenarios) {
    const { masks } =
      scenario.verdict === 'carried' ? (scenario.fromRecorded ?? scenario) : scenario
    for (const { row, lowRes } of masks) {
      if (row !== null && lowRes) worst.set(row, Math.max(worst.get(row) ?? 0, lowRes.maxAbs))
    }
  }
  return median([...worst.values()])
}

/** Refuses scenario names that no folder has. @throws Sam2Error `input` */
export function requireScenarios(
  folders: readonly ReferenceFolder[],
  only: readonly string[],
): void {
  const known = new Set(folders.flatMap(({ manifest }) => Object.keys(manifest.scenarios)))
  const unknown = only.find((id) => !known.has(id))
  if (unknown === undefined) return
  throw new Sam2Error(`got scenario ${unknown}, expected one of ${[...known].join(', ')}`, {
    code: 'input',
    hint: 'Name scenarios of the manifest, separated by commas.',
  })
}
