import { Sam2Error } from '../errors.ts'
import type { Checkpoint, TensorInfo } from './checkpoint-types.ts'
import { printable, printableShape } from '../printable.ts'
import { unknownTensor } from './tensor-names.ts'

/** `<module>.lora_A.weight` and its variants; peft puts a prefix before and may name the adapter. */
const FACTOR_NAME = /^(?:base_model\.model\.)?(.+)\.lora_([AB])(?:\.default)?(?:\.weight)?$/
const ALPHA_NAME = /^(?:base_model\.model\.)?(.+)\.alpha$/

/** Names of the tensors that change one module. */
interface ModuleFactors {
  a?: string
  b?: string
  alpha?: string
}

/** One low-rank change of one tensor: names in the adapter, checked to fit. */
interface LowRankChange {
  readonly a: string
  readonly b: string
  readonly alpha: string | undefined
  readonly rank: number
}

/**
 * A checkpoint with a LoRA adapter added: W + scale * B A wherever the adapter holds
 * `<module>.lora_A.weight` [r, in] and `<module>.lora_B.weight` [out, r] (also without `.weight`,
 * and under peft's `base_model.model.`), for linear layers and 1x1 convolutions. The scale is
 * `options.scale`; else alpha / r, alpha being the tensor `<module>.alpha` or `lora_alpha` in the
 * header (there `r` may be given too); else 1. Values are merged when they are read.
 * @see Hu et al. 2021, LoRA: Low-Rank Adaptation of Large Language Models, section 4.1
 * @throws Sam2Error `weights` naming the tensor that does not fit, `input` for a scale that is no number
 */
export function mergeLora(
  base: Checkpoint,
  adapter: Checkpoint,
  options: { readonly scale?: number } = {},
): Checkpoint {
  const { scale } = options
  if (scale !== undefined && !Number.isFinite(scale)) {
    throw new Sam2Error(`got a LoRA scale of ${scale}, expected a finite number`, { code: 'input' })
  }
  const changes = planChanges(base, adapter)
  const headerAlpha = headerNumber(adapter, 'lora_alpha')
  const headerRank = headerNumber(adapter, 'r')
  const scaleOf = async ({ alpha, rank }: LowRankChange): Promise<number> => {
    if (scale !== undefined) return scale
    if (alpha !== undefined) return ((await adapter.readTensor(alpha))[0] as number) / rank
    return headerAlpha === undefined ? 1 : headerAlpha / (headerRank ?? rank)
  }
  return {
    ...base,
    name: `${base.name} + ${adapter.name}`,
    async readTensor(name) {
      if (!base.tensors.has(name)) throw unknownTensor(base.name, name)
      const values = await base.readTensor(name)
      const change = changes.get(name)
      if (!change) return values
      const a = await adapter.readTensor(change.a)
      const b = await adapter.readTensor(change.b)
      addProduct(values, b, a, change.rank, await scaleOf(change))
      return values
    },
  }
}

/** W += scale * B A, with W [out, in], B [out, rank], A [rank, in]; summed in double. */
function addProduct(
  w: Float32Array,
  b: Float32Array,
  a: Float32Array,
  rank: number,
  scale: number,
): void {
  const inputs = a.length / rank
  const row = new Float64Array(inputs)
  for (let out = 0; out * inputs < w.length; out++) {
    row.fill(0)
    for (let r = 0; r < rank; r++) {
      const factor = b[out * rank + r] as number
      for (let i = 0; i < inputs; i++) {
        row[i] = (row[i] as number) + factor * (a[r * inputs + i] as number)
      }
    }
    const start = out * inputs
    for (let i = 0; i < inputs; i++) {
      w[start + i] = (w[start + i] as number) + scale * (row[i] as number)
    }
  }
}

function planChanges(base: Checkpoint, adapter: Checkpoint): Map<string, LowRankChange> {
  const changes = new Map<string, LowRankChange>()
  for (const [module, factors] of groupFactors(adapter)) {
    const target = [`${module}.weight`, module].find((name) => base.tensors.has(name))
    if (target === undefined) {
      throw misfit(adapter, `a change of ${printable(module)}`, `a layer of ${base.name}`)
    }
    changes.set(target, checkFactors(base, adapter, target, factors))
  }
  if (changes.size > 0) return changes
  throw misfit(adapter, 'no lora_A and lora_B', 'a LoRA adapter')
}

function groupFactors(adapter: Checkpoint): Map<string, ModuleFactors> {
  const modules = new Map<string, ModuleFactors>()
  for (const name of adapter.tensors.keys()) {
    const factor = FACTOR_NAME.exec(name)
    const module = (factor ?? ALPHA_NAME.exec(name))?.[1]
    if (module === undefined) {
      throw misfit(adapter, `tensor ${printable(name)}`, 'lora_A, lora_B and alpha only')
    }
    const factors = modules.get(module) ?? {}
    const role = factor ? (factor[2] === 'A' ? 'a' : 'b') : 'alpha'
    if (factors[role] !== undefined) {
      throw misfit(adapter, `${printable(name)} beside ${printable(factors[role])}`, 'one of them')
    }
    factors[role] = name
    modules.set(module, factors)
  }
  return modules
}

function checkFactors(
  base: Checkpoint,
  adapter: Checkpoint,
  target: string,
  { a, b, alpha }: ModuleFactors,
): LowRankChange {
  if (a === undefined || b === undefined) {
    const missing = a === undefined ? 'lora_A' : 'lora_B'
    throw misfit(adapter, `no ${missing} for ${printable(target)}`, 'both lora_A and lora_B')
  }
  const weight = (base.tensors.get(target) as TensorInfo).shape
  const size = matrixSize(weight)
  if (!size) {
    throw misfit(
      adapter,
      `a change of ${printable(target)} ${printableShape(weight)}`,
      'a linear layer or a 1x1 convolution',
    )
  }
  const shapeA = (adapter.tensors.get(a) as TensorInfo).shape
  const shapeB = (adapter.tensors.get(b) as TensorInfo).shape
  const [rankA, inputs] = matrixSize(shapeA) ?? []
  const [outputs, rankB] = matrixSize(shapeB) ?? []
  if (outputs !== size[0] || inputs !== size[1] || rankA !== rankB || !rankA) {
    throw misfit(
      adapter,
      `lora_A ${printableShape(shapeA)} and lora_B ${printableShape(shapeB)} for ${printable(target)} ${printableShape(weight)}`,
      `[r, ${size[1]}] and [${size[0]}, r]`,
    )
  }
  if (alpha !== undefined) {
    const { shape } = adapter.tensors.get(alpha) as TensorInfo
    if (shape.some((length) => length !== 1)) {
      throw misfit(adapter, `${printable(alpha)} ${printableShape(shape)}`, 'a single number')
    }
  }
  return { a, b, alpha, rank: rankA }
}

/** Rows and columns of a linear layer or a 1x1 convolution. */
function matrixSize(shape: readonly number[]): readonly [number, number] | undefined {
  const [rows, columns, height = 1, width = 1] = shape
  const isMatrix = (shape.length === 2 || shape.length === 4) && height === 1 && width === 1
  return isMatrix ? [rows as number, columns as number] : undefined
}

function headerNumber(adapter: Checkpoint, key: string): number | undefined {
  const text = adapter.metadata?.get(key)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
  throw misfit(adapter, `${key} "${printable(text)}" in its header`, 'a positive number')
}

function misfit(adapter: Checkpoint, got: string, expected: string): Sam2Error {
  return new Sam2Error(`${adapter.name}: got ${got}, expected ${expected}`, {
    code: 'weights',
    hint: 'Use an adapter that was trained on this model.',
  })
}
