import type { FrameScaling } from './frame-scaling.ts'
import type { GroundParts } from './ground-parts.ts'
import { middleOf } from './middle.ts'
import type { WorkingPoint } from './object-membership.ts'
import type { PreparedSeries } from './prepare-series.ts'
import { HIDDEN, NATIVE_PIXEL_M, NDVI_SCALE, pixelsOf } from './working-grid.ts'

/** A level is taken from prompts only where they stand out this much from vegetation, as a bare fraction. */
const LEAST_CONTRAST = 0.2
/** Levels are told apart in these steps of vigour, so that a session meets few of them. */
const LEVEL_STEP = 0.25

/**
 * The vigour that counts as bare for these prompts. It is the series' own unless most positive clicks
 * lie where it finds no ground that was ever bare, inside ground that is evenly less bare (a clearing with stumps and brash, a thinly covered scar):
 * then it is the vigour of that ground on the clicked frames.
 *
 * @param parts of the series' own level
 */
export async function promptedBareVigour(
  series: PreparedSeries,
  parts: GroundParts,
  points: readonly WorkingPoint[],
): Promise<number> {
  const { working, scalings, bareLevel } = series
  const radius = pixelsOf(working, 1.5 * NATIVE_PIXEL_M)
  const weak: number[] = []
  let counted = 0
  for (const point of points) {
    const { gain, offset } = scalings[point.frameIndex] as FrameScaling
    if (!point.positive || gain <= 0) continue
    const ndvi = await series.readWorkingNdvi(point.frameIndex)
    const around: number[] = []
    let isKnown = false
    for (let r = Math.max(0, point.row - radius); r <= point.row + radius; r++) {
      for (let c = Math.max(0, point.col - radius); c <= point.col + radius; c++) {
        if (r >= working.height || c >= working.width) continue
        const at = r * working.width + c
        if (parts.changed[at] || parts.steady[at]) isKnown = true
        const stored = ndvi[at] as number
        if (stored !== HIDDEN) around.push((stored / NDVI_SCALE - offset) / gain)
      }
    }
    const stored = ndvi[point.row * working.width + point.col] as number
    if (stored === HIDDEN || around.length === 0) continue
    counted++
    const own = (stored / NDVI_SCALE - offset) / gain / bareLevel.vigour
    const level = middleOf(Float64Array.from(around)) / bareLevel.vigour
    const isEven = Math.abs(level - own) < 0.25 * own
    if (!isKnown && isEven && level > LEAST_CONTRAST && level < 0.65) weak.push(level)
  }
  if (2 * weak.length <= counted) return bareLevel.vigour
  const vigour = middleOf(Float64Array.from(weak)) * bareLevel.vigour
  return -Math.max(LEVEL_STEP, Math.round(-vigour / LEVEL_STEP) * LEVEL_STEP)
}
