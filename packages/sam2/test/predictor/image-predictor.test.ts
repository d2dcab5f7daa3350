import { describe, expect, it } from 'vitest'
import { createImagePredictor } from '../../src/predictor/image-predictor.ts'
import type { DecodeInput } from '../../src/predictor/sam2-model.ts'
import { SIZE, fakeModel } from './fake-model.ts'

const IMAGE = { width: 10, height: 6, data: new Uint8Array(180).map((_, i) => (i * 37) & 255) }
const CLICK = { points: [[5, 3]] as [number, number][], labels: [1] }

async function setUp() {
  const model = fakeModel()
  const inputs: DecodeInput[] = []
  const decode = model.decodeMasks.bind(model)
  model.decodeMasks = (input) => {
    inputs.push(input)
    return decode(input)
  }
  const predictor = createImagePredictor(model)
  await predictor.setImage(IMAGE)
  return { model, inputs, predictor }
}

describe('image predictor', () => {
  it('encodes an image once for any number of prompts', async () => {
    const { predictor, model } = await setUp()
    const [first] = await predictor.predict(CLICK)
    await predictor.predict({ ...CLICK, maskInput: first?.lowResLogits as Float32Array })
    expect(model.log).toEqual(['image encoder', 'mask decoder', 'mask decoder'])
  })

  it('returns three masks at the size of the image, or one', async () => {
    const { predictor } = await setUp()
    const three = await predictor.predict(CLICK)
    expect(three.map(({ logits }) => logits.length)).toEqual([60, 60, 60])
    const one = await predictor.predict({ ...CLICK, multimaskOutput: false })
    expect(one).toHaveLength(1)
    expect(one[0]?.lowResLogits.every((value) => Math.abs(value) <= 32)).toBe(true)
  })

  it('scales prompts from pixels of the image, the box first', async () => {
    const { predictor, inputs } = await setUp()
    await predictor.predict({ ...CLICK, box: [0, 0, 10, 6] })
    expect([...(inputs[0]?.pointCoords ?? [])]).toEqual([0, 0, SIZE, SIZE, SIZE / 2, SIZE / 2])
    expect([...(inputs[0]?.pointLabels ?? [])]).toEqual([2, 3, 1])
  })

  it('decodes a mask alone with a padding point', async () => {
    const { predictor, inputs } = await setUp()
    await predictor.predict({ maskInput: new Float32Array((SIZE / 4) ** 2) })
    expect([...(inputs[0]?.pointLabels ?? [])]).toEqual([-1])
  })

  it('does not hide an object that the model thinks absent', async () => {
    const model = fakeModel({ decoded: (output) => ({ ...output, objectScoreLogit: -3 }) })
    const predictor = createImagePredictor(model)
    await predictor.setImage(IMAGE)
    const [mask] = await predictor.predict(CLICK)
    expect(mask?.logits.every((value) => value > -100)).toBe(true)
  })

  it('refuses prompts without an image, and wrong ones', async () => {
    const { predictor } = await setUp()
    await expect(predictor.predict({})).rejects.toMatchObject({ code: 'input' })
    await expect(predictor.predict({ maskInput: new Float32Array(3) })).rejects.toMatchObject({
      code: 'input',
    })
    predictor.reset()
    await expect(predictor.predict(CLICK)).rejects.toMatchObject({ code: 'state' })
  })

  it('forgets the image before where setting another fails', async () => {
    const { predictor } = await setUp()
    const bad = { width: 3, height: 3, data: new Uint8Array(2) }
    await expect(predictor.setImage(bad)).rejects.toMatchObject({ code: 'input' })
    await expect(predictor.predict(CLICK)).rejects.toMatchObject({ code: 'state' })
  })
})
