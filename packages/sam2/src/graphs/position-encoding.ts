import { Sam2Error } from '../errors.ts'
import type { Weight } from '../checkpoint/weights.ts'

/** Base of the geometric series of wavelengths in all sine encodings of SAM 2. */
const TEMPERATURE = 10_000
/** Upstream's `PositionEmbeddingSine.eps`, added to the last position before dividing by it. */
const EPSILON = 1e-6
const TWO_PI = Math.fround(2 * Math.PI)

/** Cosines and sines of rotation angles, [rows, pairs] each. */
export interface RopeTables {
  readonly cos: Float32Array
  readonly sin: Float32Array
}

/**
 * The fixed two-dimensional encoding of a feature map, tokens row-major: [height * width, channels].
 * First half of the channels from y, second half from x; within a half sine and cosine alternate;
 * position i of n is (i + 1) / (n + 1e-6) * 2 pi. Upstream: `PositionEmbeddingSine` (normalised), whose
 * `num_pos_feats` is `channels` here. Every step is rounded to float32 as there.
 * @throws Sam2Error `input` unless channels is a multiple of 4
 */
export function sine2d(channels: number, height: number, width: number): Float32Array {
  requireMultiple(channels, 4, 'channels of a two-dimensional sine encoding')
  const half = channels / 2
  const wavelengths = sineWavelengths(half)
  const rows = interleavedSines(height, wavelengths)
  const columns = interleavedSines(width, wavelengths)
  const out = new Float32Array(height * width * channels)
  for (let y = 0; y < height; y++) {
    const row = rows.subarray(y * half, (y + 1) * half)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      out.set(row, at)
      out.set(columns.subarray(x * half, (x + 1) * half), at + half)
    }
  }
  return out
}

/**
 * Encodes numbers (times of object pointers): [positions.length, channels], sines in the first half of
 * the channels, cosines in the second. Upstream: `get_1d_sine_pe`.
 * @throws Sam2Error `input` unless channels is even
 */
export function sine1d(positions: readonly number[], channels: number): Float32Array {
  requireMultiple(channels, 2, 'channels of a one-dimensional sine encoding')
  const half = channels / 2
  const wavelengths = sineWavelengths(half)
  const out = new Float32Array(positions.length * channels)
  for (const [row, position] of positions.entries()) {
    const at = row * channels
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(Math.fround(position) / (wavelengths[i] as number))
      out[at + i] = Math.sin(angle)
      out[at + half + i] = Math.cos(angle)
    }
  }
  return out
}

/**
 * Rotation tables of axial rotary attention, [width * height, dim / 2] each, tokens row-major: pair j of
 * the first half turns by x * theta^(-4j / dim), of the second half by y times the same. Upstream:
 * `compute_axial_cis(dim, end_x = width, end_y = height, theta)`.
 * @throws Sam2Error `input` unless dim is a multiple of 4
 */
export function axialRopeTables(
  dim: number,
  width: number,
  height: number,
  theta: number,
): RopeTables {
  requireMultiple(dim, 4, 'channels of axial rotary attention')
  const quarter = dim / 4
  const frequencies = Float32Array.from({ length: quarter }, (_, j) =>
    Math.fround(1 / Math.fround(theta ** Math.fround((4 * j) / dim))),
  )
  const cos = new Float32Array(width * height * 2 * quarter)
  const sin = new Float32Array(cos.length)
  for (let token = 0; token < width * height; token++) {
    const x = token % width
    const y = Math.floor(token / width)
    for (let j = 0; j < 2 * quarter; j++) {
      const place = j < quarter ? x : y
      const angle = Math.fround(place * (frequencies[j % quarter] as number))
      cos[token * 2 * quarter + j] = Math.cos(angle)
      sin[token * 2 * quarter + j] = Math.sin(angle)
    }
  }
  return { cos, sin }
}

/**
 * The prompt encoder's encoding of every cell centre of a size x size map, tokens row-major:
 * [size * size, C] with C twice the columns of `gaussian`
 * (`sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix`, [2, C / 2]). Sines in the first
 * half of the channels, cosines in the second. Upstream: `PositionEmbeddingRandom.forward`.
 * @throws Sam2Error `weights` unless the matrix has two rows
 */
export function densePositionEncoding(gaussian: Weight, size: number): Float32Array {
  const [rows, half = 0] = gaussian.shape
  if (rows !== 2 || gaussian.shape.length !== 2) {
    throw new Sam2Error(
      `got a positional encoding matrix of shape [${gaussian.shape.join(', ')}], expected [2, channels / 2]`,
      { code: 'weights', hint: 'Use an official SAM 2 or SAM 2.1 checkpoint.' },
    )
  }
  const byX = gaussian.data.subarray(0, half)
  const byY = gaussian.data.subarray(half)
  const out = new Float32Array(size * size * half * 2)
  for (let token = 0; token < size * size; token++) {
    const x = cellCentre(token % size, size)
    const y = cellCentre(Math.floor(token / size), size)
    const at = token * half * 2
    for (let i = 0; i < half; i++) {
      // A fused multiply-add on top of the rounded x term, as the matrix product upstream does.
      const projected = Math.fround(Math.fround(x * (byX[i] as number)) + y * (byY[i] as number))
      const angle = Math.fround(TWO_PI * projected)
      out[at + i] = Math.sin(angle)
      out[at + half + i] = Math.cos(angle)
    }
  }
  return out
}

/** Centre of cell i of n on a scale from -1 to 1, in float32 steps. */
function cellCentre(i: number, n: number): number {
  return Math.fround(2 * Math.fround((i + 0.5) / n) - 1)
}

/** 10000^(2 floor(i / 2) / count) for i below count: each wavelength serves a sine and a cosine. */
function sineWavelengths(count: number): Float32Array {
  return Float32Array.from(
    { length: count },
    (_, i) => TEMPERATURE ** Math.fround((2 * Math.floor(i / 2)) / count),
  )
}

/** [count, wavelengths.length]: positions 1..count scaled to 2 pi, sine and cosine alternating. */
function interleavedSines(count: number, wavelengths: Float32Array): Float32Array {
  const last = Math.fround(count + EPSILON)
  const out = new Float32Array(count * wavelengths.length)
  for (let i = 0; i < count; i++) {
    const position = Math.fround(Math.fround((i + 1) / last) * TWO_PI)
    for (const [k, wavelength] of wavelengths.entries()) {
      const angle = Math.fround(position / wavelength)
      out[i * wavelengths.length + k] = k % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
    }
  }
  return out
}

function requireMultiple(value: number, of: number, what: string): void {
  if (Number.isInteger(value) && value > 0 && value % of === 0) return
  throw new Sam2Error(`got ${value} ${what}, expected a positive multiple of ${of}`, {
    code: 'input',
    hint: `Choose a number of channels that ${of} divides.`,
  })
}
