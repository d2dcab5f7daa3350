import type { Checkpoint, Runtime, Sam2Config, Sam2Model } from '@scarline/sam2'
import type { Video } from './manifest.ts'
import { compareMaskPrompt, comparePositions, compareResizing } from './module-constants.ts'
import { type ModuleContext, type Sam2Inside, compareTensor, skipTensor } from './module-context.ts'
import { compareDecoderCases } from './module-decoder.ts'
import { encodeModuleFrame } from './module-encoder.ts'
import {
  type AttentionRun,
  compareAttentionRun,
  compareMemoryAttention,
  compareMemoryEncoderCases,
} from './module-memory.ts'
import type { ReferenceFolder } from './read-folder.ts'
import type { ModuleResult } from './result.ts'

/** What module tensors are computed with. */
export interface ModuleInput {
  readonly folder: ReferenceFolder
  readonly config: Sam2Config
  readonly checkpoint: Checkpoint
  readonly runtime: Runtime
  readonly inside: Sam2Inside
}

/** What the replay of one scenario saw that the manifest stores as module tensors. */
export interface ReplaySightings {
  readonly attention: AttentionRun | undefined
  /** Stored memory features by frame, channels first. */
  readonly memory: ReadonlyMap<number, Float32Array>
}

/** Where to look, during replay, for module tensors that only tracking makes. */
export interface SightingPlan {
  readonly scenario: string
  /** Frame whose memory attention is stored. */
  readonly attentionFrame: number | undefined
  /** Frames whose memory features are stored. */
  readonly memoryFrames: readonly number[]
}

/** Compares all module tensors that need no tracking; the others stay open. */
export async function compareModules(
  input: ModuleInput,
  loadModel: () => Promise<Sam2Model>,
): Promise<ModuleContext> {
  const context = moduleContext(input)
  if (context.tensors.size === 0) return context
  const frame = await encodeModuleFrame(context, 0)
  await compareDecoderCases(context, frame)
  await compareMemoryEncoderCases(context, frame.pixFeat)
  await compareMemoryAttention(context)
  await compareResizing(context)
  const model = await loadModel()
  await comparePositions(context, model)
  await compareMaskPrompt(context, model, frame)
  return context
}

/** What to look for during replay; undefined: nothing. */
export function planSightings(folder: ReferenceFolder): SightingPlan | undefined {
  const { modules, scenarios } = folder.manifest
  const scenario = modules.memory_attention_case?.scenario ?? Object.keys(scenarios)[0]
  if (scenario === undefined || !scenarios[scenario]) return undefined
  const described = modules.tensors.find(({ name }) => name === 'ma_curr' || name === 'ma_out')
  const frame = described && /frame (\d+)/.exec(described.what)?.[1]
  const attentionFrame =
    modules.memory_attention_case?.frame ?? (frame === undefined ? undefined : Number(frame))
  const memoryFrames = modules.tensors.flatMap(({ name }) => memoryFrameOf(name) ?? [])
  if (attentionFrame === undefined && memoryFrames.length === 0) return undefined
  return { scenario, attentionFrame, memoryFrames }
}

/** Compares what replay saw, then closes the list: what is still open is named, with the reason. */
export async function finishModules(
  context: ModuleContext,
  sightings: ReplaySightings | undefined,
): Promise<ModuleResult[]> {
  if (sightings?.attention) await compareAttentionRun(context, sightings.attention)
  for (const name of context.tensors.keys()) {
    const frame = memoryFrameOf(name)
    const memory = frame === undefined ? undefined : sightings?.memory.get(frame)
    if (memory) await compareTensor(context, name, memory)
  }
  for (const name of context.tensors.keys()) {
    const isTracked = name.startsWith('ma_') || memoryFrameOf(name) !== undefined
    const isOfCase = name.startsWith('dec_') || name.startsWith('me_')
    const other = isOfCase ? 'its case is not described' : 'a name this runner does not know'
    skipTensor(context, name, isTracked ? 'its scenario was not replayed' : other)
  }
  return [...context.tensors.keys()].flatMap((name) => context.results.get(name) ?? [])
}

function memoryFrameOf(name: string): number | undefined {
  const frame = /^mem_features_(\d+)$/.exec(name)?.[1]
  return frame === undefined ? undefined : Number(frame)
}

function moduleContext(input: ModuleInput): ModuleContext {
  const { tensors } = input.folder.manifest.modules
  return {
    ...input,
    video: moduleVideo(input.folder, input.config.imageSize),
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    results: new Map(),
  }
}

/**
 * The video of the module tensors: the one that the description of `image` names, else that of the
 * memory attention case, else of the first scenario, else the first of the model's size.
 */
function moduleVideo(folder: ReferenceFolder, size: number): Video {
  const { modules, scenarios } = folder.manifest
  const videos = [
    ...Object.values(scenarios).map(({ video }) => video),
    ...Object.entries(folder.frames.videos).map(([name, { frames, ...video }]) => {
      return { ...video, name, num_frames: frames.length }
    }),
  ]
  const image = modules.tensors.find(({ name }) => name === 'image')
  const named = image && /video (\w+)/.exec(image.what)?.[1]
  const scenario =
    modules.memory_attention_case && scenarios[modules.memory_attention_case.scenario]
  return (
    videos.find(({ name }) => name === named) ??
    scenario?.video ??
    Object.values(scenarios)[0]?.video ??
    videos.find(({ width, height }) => width === size && height === size) ?? {
      name: 'module',
      num_frames: 1,
      width: size,
      height: size,
      variant: Object.keys(folder.frames.variants)[0] ?? 0,
    }
  )
}
