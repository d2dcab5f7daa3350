/** How far apart two programs may be, kind by kind: README of the reference folder, section 5. */

/** Noise of one module tensor or returned mask; what is absent counts as 0. */
export interface TensorNoise {
  readonly vs_float64_max?: number | undefined
  readonly threads_max?: number | undefined
}

/** Largest difference allowed to a module tensor computed from exact or own inputs. */
export function moduleLimit(noise: TensorNoise | undefined): number {
  return Math.max(2e-4, 10 * noiseMax(noise))
}

/** Memory attention and memory encoder fed with the stored inputs. */
export const STORED_INPUT_LIMIT = 3e-4
/** The preprocessed picture. */
export const PREPROCESSED_LIMIT = 2e-6
/** Median over the rows of their largest logit differences. */
export const MEDIAN_LIMIT = 2e-3

/** The larger of both noises measured. */
export function noiseMax(noise: TensorNoise | undefined): number {
  return Math.max(noise?.vs_float64_max ?? 0, noise?.threads_max ?? 0)
}

/**
 * Where an output comes from: a prompt on an initial frame (no memory), tracking with memory rounded
 * to bfloat16, or tracking with float32 memory.
 */
export type OutputKind = 'initial' | 'tracked' | 'tracked-float32'

/** Noise of one returned mask. */
export interface RowNoise {
  readonly low?: number | undefined
  readonly ptr?: number | undefined
  readonly score?: number | undefined
  readonly mask_pixels?: number | undefined
}

/** Largest differences allowed to one returned mask. */
export interface RowLimits {
  readonly lowRes: number
  readonly objPtr: number
  readonly score: number
  readonly maskPixels: number
}

/** No difference of a tracked frame may be larger, whatever its noise. */
export const HARD_CAP = 0.2
/** Nor may more of its pixels be flipped, as a share of all. */
export const HARD_CAP_PIXELS = 0.01

/** The limits of one returned mask of `pixels` pixels. */
export function rowLimits(
  kind: OutputKind,
  noise: RowNoise | undefined,
  pixels: number,
): RowLimits {
  if (kind === 'initial') return { lowRes: 1e-3, objPtr: 2e-4, score: 2e-4, maskPixels: 4 }
  const fewest = Math.max(20, Math.round((200 * pixels) / 1048576))
  const maskPixels = Math.max(fewest, 10 * (noise?.mask_pixels ?? 0))
  if (kind === 'tracked-float32') return { lowRes: 3e-3, objPtr: 3e-3, score: 3e-3, maskPixels }
  const within = (own: number | undefined) => Math.min(Math.max(1e-2, 10 * (own ?? 0)), HARD_CAP)
  return {
    lowRes: within(noise?.low),
    objPtr: within(noise?.ptr),
    score: within(noise?.score),
    maskPixels,
  }
}
