import { describe, expect, it } from 'vitest'
import { OFFICIAL_CONFIGS } from '../../src/config/official-configs.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import { checkTensors, recogniseConfig, type TensorShapes } from '../../src/config/recognise.ts'
import { tensorSpec } from '../../src/config/tensor-spec.ts'
import type { Sam2Config } from '../../src/config/model-config.ts'
import { smallConfig } from './small-config.ts'

type Shapes = Map<string, { shape: readonly number[] }>

function shapesOf(config: Sam2Config): Shapes {
  return new Map(Array.from(tensorSpec(config), ([name, shape]) => [name, { shape }]))
}

function official(name: string): Sam2Config {
  return OFFICIAL_CONFIGS.find((config) => config.name === name) as Sam2Config
}

function refusal(tensors: TensorShapes): unknown {
  try {
    return recogniseConfig(tensors, 'my.pt')
  } catch (error) {
    return error
  }
}

describe('recogniseConfig', () => {
  it('tells the eight official models apart by their tensors alone', () => {
    const names = OFFICIAL_CONFIGS.map((config) => recogniseConfig(shapesOf(config), 'x').name)
    expect(names).toEqual(OFFICIAL_CONFIGS.map(({ name }) => name))
    expect(new Set(names).size).toBe(8)
  })

  it('names the tensor that is missing from the nearest model', () => {
    const tensors = shapesOf(official('sam2.1_hiera_large'))
    tensors.delete('image_encoder.trunk.blocks.23.attn.qkv.bias')
    expect(refusal(tensors)).toMatchObject({
      code: 'weights',
      message:
        'my.pt: got no tensor image_encoder.trunk.blocks.23.attn.qkv.bias, expected [1728] of sam2.1_hiera_large',
    })
  })

  it('names the tensor that is misshapen, and counts the others', () => {
    const tensors = shapesOf(official('sam2_hiera_small'))
    tensors.set('no_obj_ptr', { shape: [1, 255] })
    tensors.set('mask_downsample.bias', { shape: [] })
    expect(refusal(tensors)).toMatchObject({
      code: 'weights',
      message:
        'my.pt: got tensor no_obj_ptr of shape [1, 255], expected [1, 256] of sam2_hiera_small (and 1 more)',
      details: { tensor: 'no_obj_ptr', got: [1, 255], expected: [1, 256] },
    })
  })

  it('names the tensor that the model does not have', () => {
    const tensors = shapesOf(official('sam2.1_hiera_tiny'))
    tensors.set('image_encoder.adapter.weight', { shape: [4] })
    expect(refusal(tensors)).toMatchObject({
      message:
        'my.pt: got tensor image_encoder.adapter.weight, which is not part of it, expected only those of sam2.1_hiera_tiny',
    })
  })

  it('says that a foreign model is one', () => {
    const vit: Shapes = new Map([
      ['image_encoder.pos_embed', { shape: [1, 64, 64, 768] }],
      ['mask_decoder.iou_token.weight', { shape: [1, 256] }],
    ])
    expect(refusal(vit)).toMatchObject({
      code: 'weights',
      message: expect.stringContaining('2 tensors of some other model'),
    })
    expect(refusal(new Map())).toMatchObject({ code: 'weights' })
  })

  it('asks for the configuration of a model of its own sizes', () => {
    expect(refusal(shapesOf(parseConfig(smallConfig())))).toMatchObject({
      code: 'config',
      message: expect.stringContaining('expected its configuration too'),
      hint: "Give the model's configuration beside the checkpoint.",
    })
  })
})

describe('checkTensors', () => {
  it('passes the tensors of the configuration and no others', () => {
    const config = parseConfig(smallConfig())
    const tensors = shapesOf(config)
    checkTensors(tensors, config)
    expect(() => checkTensors(tensors, official('sam2.1_hiera_tiny'), 'my.pt')).toThrow(
      /^my\.pt: got tensor maskmem_tpos_enc of shape \[5, 1, 1, 16\], expected \[7, 1, 1, 64\] of/,
    )
  })
})
