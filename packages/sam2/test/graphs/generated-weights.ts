import { readFileSync } from 'node:fs'
import type { Weight, Weights } from '../../src/checkpoint/weights.ts'
import { referencePath } from '../predictor/reference.ts'

/** How one tensor of the reference models is made. */
export interface WeightRule {
  name: string
  shape: number[]
  seed: number
  scale: number
  offset: number
}

/** Values from an integer hash of seed and place, as the reference's README writes it down. */
export function generatedWeight({ shape, seed, scale, offset }: Omit<WeightRule, 'name'>): Weight {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
  for (let i = 0; i < data.length; i++) {
    const unit = fmix32((seed + Math.imul(i, 0x9e3779b9)) | 0) / 2 ** 32
    data[i] = (2 * unit - 1) * scale + offset
  }
  return { shape, data }
}

/** Tensors of a reference model (`nano21`, `nano20`, `tiny21`) whose names belong. */
export function referenceWeights(model: string, belongs: (name: string) => boolean): Weights {
  const text = readFileSync(referencePath(`${model}/weights.json`), 'utf8')
  const { tensors } = JSON.parse(text) as { tensors: WeightRule[] }
  return new Map(
    tensors
      .filter(({ name }) => belongs(name))
      .map((rule): [string, Weight] => [rule.name, generatedWeight(rule)]),
  )
}

function fmix32(value: number): number {
  let x = value
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}
