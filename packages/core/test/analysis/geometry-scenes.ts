import type { MaskComparison } from '../../src/analysis/mask-comparison.ts'
import type { Grid } from '../../src/model/grid.ts'

/** A grid of 10 m pixels whose middle lies on the central meridian of UTM zone 47. */
export function gridOf(width: number, height: number, pixelM = 10): Grid {
  const west = 500_000 - (width * pixelM) / 2
  const north = 3_400_000 + (height * pixelM) / 2
  return { epsg: 32647, transform: [pixelM, 0, west, 0, -pixelM, north], width, height }
}

/** 0/1 by column and row. */
export function paint(grid: Grid, isSet: (col: number, row: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: grid.width * grid.height }, (_, i) =>
    isSet(i % grid.width, Math.floor(i / grid.width)) ? 1 : 0,
  )
}

export function compared(
  grid: Grid,
  before: Uint8Array,
  after: Uint8Array,
  residualsM: readonly [number, number] = [0, 0],
): MaskComparison {
  return {
    grid,
    sensorPixelM: 10,
    before: { states: before, probability: null, registrationResidualM: residualsM[0] },
    after: { states: after, probability: null, registrationResidualM: residualsM[1] },
  }
}
