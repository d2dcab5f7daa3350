import { mapToPixel, pixelToMap } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import type { Raster, RasterData } from '../raster/raster.ts'
import { type MajaPixel, SCL, sclOfMaja } from './maja-masks.ts'
import type { MajaMask } from './product.ts'

/** A mask's window as read. */
export interface MaskWindow {
  raster: Raster<RasterData>
  nodata: number | null
  /** `R1` (10 m) or `R2` (20 m) by its name; MAJA's saturation bits depend on it. */
  resolution: 'R1' | 'R2'
}

/** Scene classification as read, with codes that Sentinel-2 does not have taken for defective. */
export function sclFromCodes({ raster }: MaskWindow): Raster<Uint8Array> {
  const data = Uint8Array.from(raster.data, (code) =>
    code >= SCL.nodata && code <= SCL.snow ? code : SCL.defective,
  )
  return { grid: raster.grid, data }
}

/**
 * SCL codes from a mask in which 0 is clear and everything else hidden. A declared nodata value other
 * than 0 means that nothing is known there: not observed.
 */
export function sclFromHidden({ raster, nodata }: MaskWindow): Raster<Uint8Array> {
  const data = Uint8Array.from(raster.data, (value) => {
    if (value === 0) return SCL.unclassified
    return value === nodata || Number.isNaN(value) ? SCL.nodata : SCL.cloudHigh
  })
  return { grid: raster.grid, data }
}

/** SCL codes from MAJA's masks, on the grid of the finest of them; coarser ones by nearest pixel. */
export function sclFromMaja(
  masks: Partial<Record<MajaMask, MaskWindow>>,
): Raster<Uint8Array> | null {
  const windows = Object.values(masks)
  const finest = windows.reduce<MaskWindow | null>(
    (best, mask) =>
      best === null || mask.raster.grid.transform[0] < best.raster.grid.transform[0] ? mask : best,
    null,
  )
  if (!finest) return null
  const { grid } = finest.raster
  const layers = (['cloud', 'edge', 'saturation', 'geophysical'] as const).map(
    (name) => [name, masks[name] ? onGrid(masks[name].raster, grid) : null] as const,
  )
  const data = new Uint8Array(grid.width * grid.height)
  const pixel: MajaPixel = { cloud: 0, edge: 0, saturation: 0, geophysical: 0 }
  for (let i = 0; i < data.length; i++) {
    for (const [name, layer] of layers) pixel[name] = layer?.[i] ?? 0
    data[i] = sclOfMaja(pixel, masks.saturation?.resolution ?? 'R1')
  }
  return { grid, data }
}

function onGrid(raster: Raster<RasterData>, grid: Grid): Uint8Array {
  const result = new Uint8Array(grid.width * grid.height)
  for (let row = 0; row < grid.height; row++) {
    for (let col = 0; col < grid.width; col++) {
      const [x, y] = pixelToMap(grid.transform, col + 0.5, row + 0.5)
      const [c, r] = mapToPixel(raster.grid.transform, x, y).map(Math.floor) as [number, number]
      if (c < 0 || r < 0 || c >= raster.grid.width || r >= raster.grid.height) continue
      result[row * grid.width + col] = raster.data[r * raster.grid.width + c] as number
    }
  }
  return result
}
