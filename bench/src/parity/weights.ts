/** Deterministic weights: every value follows from an integer hash of its tensor's name and its place. */

/** One tensor to be generated: `value[i] = float32((2u - 1) * scale + offset)`, u from {@link hash32}. */
export interface GeneratedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly scale: number
  readonly offset: number
  /** `fnv1a32(salt + name)`. */
  readonly seed: number
}

/** How the scale and the offset of a tensor follow from its name and shape. */
export interface WeightRule {
  /**
   * `abs`: scale a, offset b. `fan`: scale `sqrt(3 / fanIn) * a`, offset b.
   */
  readonly kind: 'abs' | 'fan'
  readonly a: number
  readonly b: number
}

/** A rule for the names that match; `#1d` at the end of the expression: 1-D tensors only. */
export interface NamedWeightRule extends WeightRule {
  readonly id: string
  readonly regex: string
}

/** 32-bit FNV-1a of a text in UTF-8, 0 to 2^32 - 1. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** The finaliser of MurmurHash3 over the low 32 bits of `value`, 0 to 2^32 - 1. */
export function fmix32(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** Elements of a shape. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** The values of one tensor, C order. */
export function generateWeights(tensor: GeneratedTensor): Float32Array {
  const values = new Float32Array(elementsOf(tensor.shape))
  const { scale, offset } = tensor
  let state = tensor.seed | 0
  for (let i = 0; i < values.length; i++) {
    const unit = fmix32(state) / 4294967296
    values[i] = (2 * unit - 1) * scale + offset
    state = (state + 0x9e3779b9) | 0
  }
  return values
}

/**
 * What to generate for every tensor of a model: the first override that matches the name, then the
 * first rule. `overrides` maps regular expressions to rules.
 * @throws RangeError when no rule matches a name
 */
export function weightsByRules(
  shapes: Iterable<readonly [name: string, shape: readonly number[]]>,
  rules: readonly NamedWeightRule[],
  overrides: Readonly<Record<string, WeightRule>>,
  salt: string,
): GeneratedTensor[] {
  const ordered = [
    ...Object.entries(overrides).map(([regex, rule]) => ({ test: nameTest(regex), rule })),
    ...rules.map((rule) => ({ test: nameTest(rule.regex), rule })),
  ]
  return Array.from(shapes, ([name, shape]) => {
    const found = ordered.find(({ test }) => test(name, shape))
    if (!found) throw new RangeError(`got tensor ${name}, expected a weight rule that matches it`)
    const { kind, a, b } = found.rule
    const scale = kind === 'abs' ? a : Math.sqrt(3 / fanIn(name, shape)) * a
    return { name, shape, scale, offset: b, seed: fnv1a32(salt + name) }
  })
}

function nameTest(regex: string): (name: string, shape: readonly number[]) => boolean {
  const only1d = regex.endsWith('#1d')
  const expression = new RegExp(only1d ? regex.slice(0, -'#1d'.length) : regex)
  return (name, shape) => expression.test(name) && (!only1d || shape.length === 1)
}

/** Transposed convolutions are stored [in, out, kh, kw]: their fan-in is the first dimension. */
function fanIn(name: string, shape: readonly number[]): number {
  if (/output_upscaling\.[03]\.weight$/.test(name)) return shape[0] as number
  return elementsOf(shape.slice(1))
}
