import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/parse-config.ts'
import { buildMaskDecoder, maskDecoderTensors } from '../../src/graphs/mask-decoder.ts'
import { buildMemoryEncoder, memoryEncoderTensors } from '../../src/graphs/memory-encoder.ts'
import { type Tensor, floats, ints } from '../../src/runtime/tensor.ts'
import { hasReference, readReference, referencePath } from '../predictor/reference.ts'
import { referenceWeights } from './generated-weights.ts'
import { runGraph } from './small-model.ts'

interface Manifest {
  modules: {
    tensors: {
      name: string
      shape: number[]
      file: string
      sampled?: string
      noise: { vs_float64_max: number; threads_max: number }
    }[]
    decoder_cases: Record<
      string,
      {
        case: string
        points: number[][] | null
        labels: number[] | null
        mask_input: string | null
        backbone: string
      }
    >
    memory_encoder_cases: { case: string; is_mask_from_pts: boolean; object_score_logit: number }[]
  }
}

const CHANNELS = 64
const LOW_RES = 64
/** Where a graph's output goes by another name in the manifest. */
const NAMES = { masks: 'all_masks', ious: 'all_ious', object_score_logits: 'score' }

// Both models have the same trunk: features are stored in full with the 2.1 one only.
const feature = (name: string): Float32Array =>
  readReference(`nano21/modules/${name}.npy`) as Float32Array

/** [1, C, h, w] as tokens [h * w, C]. */
function asTokens(planes: Float32Array, channels: number): Tensor {
  const count = planes.length / channels
  const data = planes.map(
    (_, i) => planes[(i % channels) * count + Math.floor(i / channels)] as number,
  )
  return floats([count, channels], data)
}

function readManifest(model: string): Manifest['modules'] {
  return (JSON.parse(readFileSync(referencePath(`${model}/manifest.json`), 'utf8')) as Manifest)
    .modules
}

function readConfig(model: string): ReturnType<typeof parseConfig> {
  return parseConfig(JSON.parse(readFileSync(referencePath(`${model}/config.json`), 'utf8')))
}

/** Names of the tensors beyond the README's limit, with how far; and what was compared. */
function compared(
  model: string,
  { tensors }: Manifest['modules'],
  prefix: string,
  outputs: Record<string, Tensor>,
): { names: string[]; beyond: string[] } {
  const beyond: string[] = []
  const names: string[] = []
  for (const [output, { data }] of Object.entries(outputs)) {
    const name = `${prefix}_${NAMES[output as keyof typeof NAMES] ?? output}`
    const entry = tensors.find((tensor) => tensor.name === name)
    if (!entry) continue
    names.push(name)
    const expected = readReference(`${model}/${entry.file}`) as Float32Array
    const step = entry.sampled ? data.length / expected.length : 1
    const largest = expected.reduce((max, value, i) => {
      const difference = Math.abs((data[Math.floor(i * step)] as number) - value)
      return difference <= max ? max : difference
    }, 0)
    const limit = Math.max(2e-4, 10 * Math.max(entry.noise.vs_float64_max, entry.noise.threads_max))
    if (!(largest <= limit)) beyond.push(`${name}: ${largest}`)
  }
  return { names, beyond }
}

/** Kinds of the manifest's tensors that no graph gives: inputs, constants, what is chosen from outputs. */
function notCompared(
  { tensors }: Manifest['modules'],
  prefix: string,
  found: readonly { names: string[] }[],
): string[] {
  const names = new Set(found.flatMap(({ names }) => names))
  const left = tensors.filter(({ name }) => name.startsWith(prefix) && !names.has(name))
  return [
    ...new Set(left.map(({ name }) => name.replace(/^(dec_[^_]+|me_prompt|me_tracked|me)_/, ''))),
  ].toSorted()
}

describe.skipIf(!hasReference)('graphs against the official code', () => {
  it.each(['nano21', 'nano20'])('decodes every prompt of %s as upstream does', async (model) => {
    const modules = readManifest(model)
    const layers = ['layer0_queries', 'layer0_keys', 'layer1_queries', 'layer1_keys']
    const taps = ['sparse', 'dense', 'tokens_out', ...layers, 'up0', 'up3', 'upscaled', 'hyper']
    const graph = buildMaskDecoder(readConfig(model), referenceWeights(model, maskDecoderTensors), {
      taps,
    })
    const cases = Object.values(modules.decoder_cases)
    const results = await runGraph(
      graph,
      ...cases.map((prompt) => {
        const points = prompt.points ?? [[0, 0]]
        const labels = prompt.labels ?? [-1]
        const mask = prompt.mask_input
          ? (readReference(`${model}/${prompt.mask_input}`) as Float32Array)
          : new Float32Array(LOW_RES * LOW_RES)
        const backbone = prompt.backbone === 'pix_feat_no_mem' ? 'pix_feat_no_mem' : 'fpn2'
        return {
          pix_feat: asTokens(feature(backbone), CHANNELS),
          high_res_0: asTokens(feature('conv_s0'), CHANNELS / 8),
          high_res_1: asTokens(feature('conv_s1'), CHANNELS / 4),
          point_coords: floats([points.length, 2], Float32Array.from(points.flat())),
          point_labels: ints([labels.length], Int32Array.from(labels)),
          mask_input: floats([1, 1, LOW_RES, LOW_RES], mask),
          has_mask_input: floats([1], Float32Array.of(prompt.mask_input ? 1 : 0)),
        }
      }),
    )
    const found = cases.map((prompt, i) =>
      compared(model, modules, `dec_${prompt.case}`, results[i] as Record<string, Tensor>),
    )
    expect(found.flatMap(({ beyond }) => beyond)).toEqual([])
    expect(notCompared(modules, 'dec_', found)).toEqual(['ious', 'low_res', 'mask_in', 'obj_ptr'])
  })

  it.each(['nano21', 'nano20'])('encodes every memory of %s as upstream does', async (model) => {
    const modules = readManifest(model)
    const stages = ['mask_ds_act2', 'mask_ds_act5', 'mask_ds_act8', 'mask_ds_act11', 'mask_ds']
    const taps = ['high_res', ...stages, 'pix_proj', 'fuser0', 'fuser1', 'features']
    const graph = buildMemoryEncoder(
      readConfig(model),
      referenceWeights(model, memoryEncoderTensors),
      { taps },
    )
    const cases = modules.memory_encoder_cases
    const results = await runGraph(
      graph,
      ...cases.map((memory) => {
        // The absent object has the tracked one's inputs.
        const source = memory.case === 'absent' ? 'tracked' : memory.case
        const logits = readReference(`${model}/modules/me_${source}_low_res.npy`) as Float32Array
        return {
          pix_feat: floats([256, CHANNELS], feature(`me_${source}_pix_feat`)),
          low_res_masks: floats([1, 1, LOW_RES, LOW_RES], logits),
          binarize: floats([1], Float32Array.of(memory.is_mask_from_pts ? 1 : 0)),
          object_score_logits: floats([1], Float32Array.of(memory.object_score_logit)),
        }
      }),
    )
    const found = cases.map((memory, i) =>
      compared(model, modules, `me_${memory.case}`, results[i] as Record<string, Tensor>),
    )
    expect(found.flatMap(({ beyond }) => beyond)).toEqual([])
    expect(notCompared(modules, 'me_', found)).toEqual(['low_res', 'pix_feat', 'pos'])
  })
})
