/** Made-up ground for tests: smooth texture and disc-shaped patches, sampled by 10 m pixels anywhere. */

/** Seeded PRNG (mulberry32), 0..1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A continuous texture with zero mean: waves of 4 to 40 pixels in random directions. */
export function texture(seed: number): (x: number, y: number) => number {
  const random = seeded(seed)
  const waves = Array.from({ length: 40 }, () => {
    const angle = random() * Math.PI
    const length = 4 * 10 ** random()
    return {
      kx: ((2 * Math.PI) / length) * Math.cos(angle),
      ky: ((2 * Math.PI) / length) * Math.sin(angle),
      phase: random() * 2 * Math.PI,
    }
  })
  return (x, y) =>
    waves.reduce((sum, w) => sum + Math.sin(w.kx * x + w.ky * y + w.phase), 0) / Math.sqrt(40)
}

/** Pixels of a function of continuous position; content lies `shift` pixels right of / below its place. */
export function sample(
  ground: (x: number, y: number) => number,
  width: number,
  height: number,
  shift: { colPx: number; rowPx: number } = { colPx: 0, rowPx: 0 },
): Float32Array {
  const data = new Float32Array(width * height)
  for (let row = 0; row < height; row++)
    for (let col = 0; col < width; col++)
      data[row * width + col] = ground(col + 0.5 - shift.colPx, row + 0.5 - shift.rowPx)
  return data
}

/** 0/1: pixels whose centre is within a circle. */
export function disc(
  width: number,
  height: number,
  x: number,
  y: number,
  radius: number,
): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) =>
    Math.hypot((i % width) + 0.5 - x, Math.floor(i / width) + 0.5 - y) <= radius ? 1 : 0,
  )
}
