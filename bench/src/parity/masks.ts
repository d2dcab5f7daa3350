import type { MaskRecipe } from './manifest.ts'

/** A mask prompt of 0 and 1, row-major. */
export interface PromptMask {
  readonly mask: Uint8Array
  readonly width: number
  readonly height: number
}

/** Paints the mask of a recipe, on whole pixel indices. */
export function paintMask(recipe: MaskRecipe): PromptMask {
  const { kind, W: width, H: height, cx = 0, cy = 0, rx = 0, ry = 0 } = recipe
  const mask = new Uint8Array(width * height)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const dx = x - cx
      const dy = y - cy
      const isIn =
        kind === 'ellipse'
          ? dx * dx * ry * ry + dy * dy * rx * rx < rx * rx * ry * ry
          : kind === 'rect' && Math.abs(dx) <= rx && Math.abs(dy) <= ry
      if (isIn) mask[at] = 1
    }
  }
  return { mask, width, height }
}
