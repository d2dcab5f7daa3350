import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Sam2Config, trunkBlocks } from '../../src/config/model-config.ts'
import { OFFICIAL_CONFIGS } from '../../src/config/official-configs.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import { tensorSpec } from '../../src/config/tensor-spec.ts'
import { lacksReference, referenceJson } from '../shared-reference.ts'

/** Tensors and parameters of the official models, as their checkpoints hold them. */
const OFFICIAL_SIZES: Readonly<Record<string, readonly [tensors: number, parameters: number]>> = {
  'sam2.1_hiera_tiny': [471, 38962754],
  'sam2.1_hiera_small': [519, 46060610],
  'sam2.1_hiera_base_plus': [615, 80850434],
  'sam2.1_hiera_large': [903, 224446898],
  sam2_hiera_tiny: [468, 38946242],
  sam2_hiera_small: [516, 46044098],
  sam2_hiera_base_plus: [612, 80833922],
  sam2_hiera_large: [900, 224430386],
}

function numParameters(config: Sam2Config): number {
  return [...tensorSpec(config).values()].reduce(
    (sum, shape) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  )
}

/** A digest of names, shapes and order. */
function digest(config: Sam2Config): string {
  const lines = Array.from(tensorSpec(config), ([name, shape]) => `${name} ${shape.join('x')}\n`)
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16)
}

describe('tensorSpec', () => {
  it('has the tensors and parameters of the official checkpoints', () => {
    const sizes = OFFICIAL_CONFIGS.map((config) => [
      config.name,
      [tensorSpec(config).size, numParameters(config)],
    ])
    expect(Object.fromEntries(sizes)).toEqual(OFFICIAL_SIZES)
  })

  it('keeps names, shapes and order, as compared with the reference once', () => {
    const digests = OFFICIAL_CONFIGS.map((config) => [config.name, digest(config)])
    expect(Object.fromEntries(digests)).toEqual({
      'sam2.1_hiera_tiny': '0be7080c8117370d',
      'sam2.1_hiera_small': '75ae58d5716946f0',
      'sam2.1_hiera_base_plus': '96c3fc56c34d2791',
      'sam2.1_hiera_large': 'e5f2cbfb8a55a602',
      sam2_hiera_tiny: 'a8f9904285c64cbf',
      sam2_hiera_small: '44d873fe249c47f0',
      sam2_hiera_base_plus: 'd8da6a22984b0dd7',
      sam2_hiera_large: 'c9a07bcd41ba441e',
    })
  })
})

interface ReferenceConfig {
  yaml_model: unknown
  resolved: {
    trunk: {
      blocks: {
        i: number
        dim: number
        dim_out: number
        heads: number
        window: number
        q_stride: number[] | null
      }[]
      stage_ends: number[]
    }
  }
}

describe.skipIf(lacksReference())('the official configurations beside the reference', () => {
  it.each(OFFICIAL_CONFIGS.map((config) => [config.name, config] as const))(
    'are equal for %s: configuration, tensors, blocks',
    (name, config) => {
      const state = referenceJson<Record<string, { shape: number[] }>>(`state-dicts/${name}.json`)
      const { yaml_model: model, resolved } = referenceJson<ReferenceConfig>(
        `state-dicts/${name}.config.json`,
      )
      expect(parseConfig({ name, model })).toEqual(config)
      expect([...tensorSpec(config)]).toEqual(
        Object.entries(state).map(([tensor, { shape }]) => [tensor, shape]),
      )
      expect(trunkBlocks(config.trunk)).toEqual(
        resolved.trunk.blocks.map((block) => ({
          index: block.i,
          dim: block.dim,
          dimOut: block.dim_out,
          numHeads: block.heads,
          windowSize: block.window,
          qPool: block.q_stride !== null,
          stageEnd: resolved.trunk.stage_ends.includes(block.i),
        })),
      )
    },
  )

  it.each(['nano21', 'nano20', 'tiny21'])('are equal for the model of %s', (folder) => {
    const config = parseConfig(referenceJson(`${folder}/config.json`))
    const { tensors } = referenceJson<{ tensors: { name: string; shape: number[] }[] }>(
      `${folder}/weights.json`,
    )
    expect([...tensorSpec(config)]).toEqual(tensors.map(({ name, shape }) => [name, shape]))
  })
})
