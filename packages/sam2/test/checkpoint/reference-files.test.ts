import { describe, expect, it } from 'vitest'
import { type Checkpoint, openCheckpoint, sourceOfBytes } from '../../src/checkpoint/checkpoint.ts'
import { lacksReference, referenceBytes, referenceJson, sha256 } from '../shared-reference.ts'

interface ReferenceWeights {
  tensors: { name: string; shape: number[]; sha256: string }[]
}

interface Variants {
  model: Record<string, { shape: number[]; dtype: string; values: number[] }>
}

function open(path: string): Promise<Checkpoint> {
  return openCheckpoint(sourceOfBytes(referenceBytes(path), path))
}

describe.skipIf(lacksReference())('checkpoints written by PyTorch', () => {
  it.each(['nano21/nano21.pt', 'nano21/nano21.safetensors'])(
    'gives every tensor of %s bit for bit',
    async (path) => {
      const expected = referenceJson<ReferenceWeights>('nano21/weights.json').tensors
      const checkpoint = await open(path)
      expect(Array.from(checkpoint.tensors, ([name, { shape }]) => ({ name, shape }))).toEqual(
        expected.map(({ name, shape }) => ({ name, shape })),
      )
      for (const { name, sha256: hash } of expected) {
        expect([name, sha256(await checkpoint.readTensor(name))]).toEqual([name, hash])
      }
    },
  )

  it('reads shared storage, offsets, strides, parameters and every type', async () => {
    const { model } = referenceJson<Variants>('checkpoint-forms/variants.json')
    const checkpoint = await open('checkpoint-forms/variants.pt')
    expect([...checkpoint.tensors.keys()]).toEqual(Object.keys(model))
    for (const [name, { shape, dtype, values }] of Object.entries(model)) {
      expect(checkpoint.tensors.get(name)).toEqual({ shape, dtype })
      expect([...(await checkpoint.readTensor(name))]).toEqual(values.map(Math.fround))
    }
  })

  it('says how to save a file of the old form again', async () => {
    await expect(open('checkpoint-forms/legacy.pt')).rejects.toMatchObject({
      code: 'checkpoint',
      message: expect.stringContaining("PyTorch's old form"),
      hint: expect.stringContaining('torch.save(torch.load('),
    })
  })
})
