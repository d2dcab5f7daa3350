import { mapToPixel } from '../geo/affine.ts'
import { projectionOf } from '../geo/projection.ts'
import type { Grid, LngLat } from '../model/grid.ts'
import type { Prompt } from '../model/prompt.ts'
import { ScarlineError } from '../errors.ts'
import type { PixelPrompt } from './segmenter.ts'

/** Position on the grid of a place in degrees, continuous pixels. */
export function lngLatToPixel(grid: Grid, lngLat: LngLat): [xPx: number, yPx: number] {
  const [x, y] = projectionOf(grid.epsg).forward(lngLat)
  return mapToPixel(grid.transform, x, y)
}

/**
 * A prompt in the grid's pixels.
 * @param masks pixel masks of mask prompts by prompt id
 * @throws ScarlineError `invalid-input` for a point outside the grid
 */
export function toPixelPrompt(
  prompt: Prompt,
  frameIndex: number,
  grid: Grid,
  masks: ReadonlyMap<string, Uint8Array>,
): PixelPrompt {
  if (prompt.kind === 'point') {
    const [xPx, yPx] = lngLatToPixel(grid, prompt.lngLat)
    if (!(xPx >= 0 && yPx >= 0 && xPx < grid.width && yPx < grid.height)) {
      throw outside(`the point ${prompt.lngLat.join(',')}`)
    }
    return { kind: 'point', frameIndex, xPx, yPx, positive: prompt.positive }
  }
  if (prompt.kind === 'box') {
    const [west, south, east, north] = prompt.bboxLngLat
    const corners = (
      [
        [west, south],
        [east, north],
        [west, north],
        [east, south],
      ] as LngLat[]
    ).map((corner) => lngLatToPixel(grid, corner))
    const xs = corners.map(([x]) => x)
    const ys = corners.map(([, y]) => y)
    const box = {
      x0Px: Math.max(0, Math.min(...xs)),
      y0Px: Math.max(0, Math.min(...ys)),
      x1Px: Math.min(grid.width, Math.max(...xs)),
      y1Px: Math.min(grid.height, Math.max(...ys)),
    }
    if (!(box.x1Px > box.x0Px && box.y1Px > box.y0Px)) {
      throw outside(`the box ${prompt.bboxLngLat.join(',')}`)
    }
    return { kind: 'box', frameIndex, ...box }
  }
  const mask = masks.get(prompt.id)
  if (!mask) throw new RangeError(`mask prompt ${prompt.id} was not read`)
  return { kind: 'mask', frameIndex, mask }
}

function outside(what: string): ScarlineError {
  return new ScarlineError(`${what} lies outside the site's grid`, {
    code: 'invalid-input',
    hint: 'Give longitude,latitude in degrees (WGS 84) inside the area of interest.',
  })
}
