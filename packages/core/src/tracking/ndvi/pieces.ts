import { erode, labelComponents } from '../../raster/morphology.ts'
import { cropMask, extentOf } from './extent.ts'
import { spreadLabels } from './spread-labels.ts'

/** Regions of a mask, split where it is narrow. */
export interface Pieces {
  /** 0 outside, else 1..count. */
  labels: Int32Array
  count: number
  /** Pixels of each, by label; index 0 unused. */
  sizesPx: Uint32Array
}

/**
 * Splits a mask at its necks: the components that are left after an erosion by `neckPx` each take the
 * pixels nearest to them; components too slender to leave any stay whole.
 */
export function splitPieces(
  mask: Uint8Array,
  width: number,
  height: number,
  neckPx: number,
): Pieces {
  // What is farther from the mask than a neck decides nothing.
  const extent = extentOf(mask, width, height, Math.ceil(neckPx) + 1)
  if (extent === null) return sized({ labels: new Int32Array(mask.length), count: 0 })
  const within = splitWithin(cropMask(mask, width, extent), extent.width, extent.height, neckPx)
  const labels = new Int32Array(mask.length)
  for (let row = 0; row < extent.height; row++) {
    const line = within.labels.subarray(row * extent.width, (row + 1) * extent.width)
    labels.set(line, (extent.top + row) * width + extent.left)
  }
  return sized({ labels, count: within.count })
}

function sized({ labels, count }: Omit<Pieces, 'sizesPx'>): Pieces {
  const sizesPx = new Uint32Array(count + 1)
  for (const label of labels) if (label > 0) sizesPx[label] = (sizesPx[label] as number) + 1
  return { labels, count, sizesPx }
}

function splitWithin(
  mask: Uint8Array,
  width: number,
  height: number,
  neckPx: number,
): Omit<Pieces, 'sizesPx'> {
  const cores = labelComponents(erode(mask, width, height, neckPx), width, height)
  const labels = cores.labels.slice()
  spreadLabels(labels, mask, width, height)
  const rest = new Uint8Array(mask.length)
  for (let i = 0; i < mask.length; i++) if (mask[i] && !labels[i]) rest[i] = 1
  const slender = labelComponents(rest, width, height)
  for (let i = 0; i < mask.length; i++) {
    if (slender.labels[i]) labels[i] = (slender.labels[i] as number) + cores.count
  }
  return { labels, count: cores.count + slender.count }
}
