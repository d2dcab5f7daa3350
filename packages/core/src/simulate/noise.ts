import type { Random } from './random.ts'

/** A smooth random function of the plane, about -1..1. */
export type Noise = (x: number, y: number) => number

/** How octaves of {@link createNoise} are summed. */
export interface FractalOptions {
  /** Wavelength of the coarsest octave, in units of the coordinates. */
  wavelength: number
  octaves: number
  /** Amplitude of an octave against the one before, default 0.5. */
  gain?: number
}

/** Gradient noise (Perlin 2002) of wavelength 1. */
export function createNoise(random: Random): Noise {
  const permutation = new Uint8Array(512)
  const order = Array.from({ length: 256 }, (_, i) => i)
  for (let i = 255; i > 0; i--) {
    const j = random.index(i + 1)
    const swap = order[i] as number
    order[i] = order[j] as number
    order[j] = swap
  }
  for (let i = 0; i < 512; i++) permutation[i] = order[i & 255] as number
  const gradientX = new Float64Array(256)
  const gradientY = new Float64Array(256)
  for (let i = 0; i < 256; i++) {
    const angle = random.between(0, 2 * Math.PI)
    gradientX[i] = Math.cos(angle)
    gradientY[i] = Math.sin(angle)
  }
  return (x, y) => {
    const column = Math.floor(x)
    const row = Math.floor(y)
    const fx = x - column
    const fy = y - row
    const top = permutation[column & 255] as number
    const bottom = permutation[(column & 255) + 1] as number
    const r0 = row & 255
    const h00 = permutation[top + r0] as number
    const h01 = permutation[top + r0 + 1] as number
    const h10 = permutation[bottom + r0] as number
    const h11 = permutation[bottom + r0 + 1] as number
    const n00 = (gradientX[h00] as number) * fx + (gradientY[h00] as number) * fy
    const n01 = (gradientX[h01] as number) * fx + (gradientY[h01] as number) * (fy - 1)
    const n10 = (gradientX[h10] as number) * (fx - 1) + (gradientY[h10] as number) * fy
    const n11 = (gradientX[h11] as number) * (fx - 1) + (gradientY[h11] as number) * (fy - 1)
    const u = fx * fx * fx * (fx * (fx * 6 - 15) + 10)
    const v = fy * fy * fy * (fy * (fy * 6 - 15) + 10)
    const left = n00 + v * (n01 - n00)
    const right = n10 + v * (n11 - n10)
    return (left + u * (right - left)) * 1.6
  }
}

/** Octaves of noise, each of half the wavelength of the one before; standard deviation about 0.3. */
export function createFractal(random: Random, options: FractalOptions): Noise {
  const gain = options.gain ?? 0.5
  const layers = Array.from({ length: options.octaves }, (_, octave) => ({
    noise: createNoise(random),
    frequency: 2 ** octave / options.wavelength,
    amplitude: gain ** octave,
    // Lattices that coincide would show as a grid.
    shiftX: random.between(0, 256),
    shiftY: random.between(0, 256),
  }))
  const total = Math.sqrt(layers.reduce((sum, { amplitude }) => sum + amplitude ** 2, 0))
  return (x, y) => {
    let sum = 0
    for (const { noise, frequency, amplitude, shiftX, shiftY } of layers) {
      sum += amplitude * noise(x * frequency + shiftX, y * frequency + shiftY)
    }
    return sum / total
  }
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothStep(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)))
  return t * t * (3 - 2 * t)
}
