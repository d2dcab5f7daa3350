import type { LineNoise } from '../analysis/digitising-noise.ts'
import { gridBounds, pixelSizeM, windowGrid } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import { type PixelWindow, cropPixels } from '../analysis/pixel-window.ts'
import { type Elevations, readLocalDem } from './find-dem.ts'
import type { DigitisingNoise } from './outlines-noise.ts'
import { type TerrainSearch, terrainOn } from './site-terrain.ts'

/** Ground around an object that its slopes and channels are looked for on, m. */
const MARGIN_M = 2000

/** How areas of outlines and their intervals are made, one sentence each. */
export function outlineMethod(noise: DigitisingNoise): string[] {
  return [
    'Areas are those of the outlines as drawn, on the WGS 84 ellipsoid (Karney, 2013).',
    noise.words,
    `Intervals are 90 %: 1.645 s √(2 P l (1 - exp(-P/2l))) for each closed line of length P, with s ${rounded(noise.sdM)} m and l ${rounded(noise.correlationM)} m, lines independent of each other.`,
    'They hold what a hand does at random. A whole outline drawn too wide, or another idea of where the scar ends, is not in them.',
    'Two outlines are taken to be drawn independently: the interval of a change is the root of the sum of both squares; a change whose interval holds 0 is within digitising noise.',
    'Gained and lost ground, directions and pieces are taken from the outlines on a UTM grid; of a boundary of length L in a sector the area errs by s √(2 L l). Two standard deviations stand for the sensor pixel, below which nothing is told.',
    'A shift of a whole outline against another changes no area, but makes gain on one side and loss on the other: put outlines of other imagery right before they are compared.',
    'In area.csv confidence 1, locked and prompted mean: drawn by hand.',
  ]
}

/** Elevations for objects from a DEM, which is read once. */
export async function outlineTerrain(
  dem: string | undefined,
  grids: readonly Grid[],
): Promise<(grid: Grid, sensorPixelM: number) => TerrainSearch> {
  if (dem === undefined || dem === 'none') {
    const words = 'No elevations were given (--dem): directions against the slope are not told.'
    return () => ({ terrain: null, words, isFailure: false })
  }
  const all = await readLocalDem(dem, 'file', gridAroundAll(grids))
  return (grid, sensorPixelM) => {
    const terrain = terrainOn(grid, sensorPixelM, elevationsAround(all, grid))
    return { terrain, words: terrain.words, isFailure: false }
  }
}

/** One coarse grid over the grids of all objects. */
function gridAroundAll(grids: readonly Grid[]): Grid {
  const bounds = grids.map((grid) => gridBounds(grid))
  const minX = Math.min(...bounds.map(([x]) => x))
  const minY = Math.min(...bounds.map(([, y]) => y))
  const maxX = Math.max(...bounds.map(([, , x]) => x))
  const maxY = Math.max(...bounds.map(([, , , y]) => y))
  return {
    epsg: (grids[0] as Grid).epsg,
    transform: [1, 0, minX, 0, -1, maxY],
    width: Math.ceil(maxX - minX),
    height: Math.ceil(maxY - minY),
  }
}

/** The part of elevations within 2 km of a grid. */
function elevationsAround(all: Elevations, grid: Grid): Elevations {
  const [pixelM] = pixelSizeM(all.grid)
  const [minX, minY, maxX, maxY] = gridBounds(grid)
  const [, , west, , , north] = all.grid.transform
  const col = Math.max(0, Math.floor((minX - MARGIN_M - west) / pixelM))
  const row = Math.max(0, Math.floor((north - maxY - MARGIN_M) / pixelM))
  const window: PixelWindow = {
    col,
    row,
    width: Math.min(all.grid.width, Math.ceil((maxX + MARGIN_M - west) / pixelM)) - col,
    height: Math.min(all.grid.height, Math.ceil((north - minY + MARGIN_M) / pixelM)) - row,
  }
  return {
    ...all,
    grid: windowGrid(all.grid, window),
    elevationM: cropPixels(all.elevationM, all.grid.width, window),
  }
}

function rounded(value: LineNoise['sdM']): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(1)
}
