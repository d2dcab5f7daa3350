import { encodeCog } from '../../src/cog/write-cog.ts'
import { projectionOf } from '../../src/geo/projection.ts'
import type { FrameList } from '../../src/model/frame.ts'
import type { Grid, LngLat } from '../../src/model/grid.ts'
import { DEFAULT_SETTINGS } from '../../src/model/site.ts'
import { type SiteFolder, createSiteFolder } from '../../src/site/site-folder.ts'

export const GRID: Grid = {
  epsg: 32647,
  transform: [2, 0, 452_000, 0, -2, 3_437_000],
  width: 16,
  height: 12,
}

/** Longitude and latitude of a pixel's centre on {@link GRID}. */
export function lngLatOf(col: number, row: number): LngLat {
  const t = GRID.transform
  return projectionOf(GRID.epsg).inverse([t[2] + (col + 0.5) * t[0], t[5] + (row + 0.5) * t[4]])
}

/** A site with `count` monthly frames of NDVI: bare (0.05) in columns < 4 + index, green elsewhere. */
export async function smallSite(dir: string, count: number): Promise<SiteFolder> {
  const [west, south] = lngLatOf(0, 11)
  const [east, north] = lngLatOf(15, 0)
  const folder = await createSiteFolder(dir, {
    formatVersion: 1,
    name: 'small',
    aoi: {
      type: 'Polygon',
      coordinates: [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ],
    },
    from: '2020-01-01',
    to: '2021-12-31',
    grid: GRID,
    source: { kind: 'import' },
    settings: DEFAULT_SETTINGS,
    createdAt: '2020-01-01T00:00:00.000Z',
  })
  const frames: FrameList['frames'] = []
  for (let index = 0; index < count; index++) {
    const date = new Date(Date.UTC(2020, index, 15)).toISOString()
    const stem = `${String(index).padStart(4, '0')}_${date.slice(0, 10)}`
    const ndvi = Float32Array.from({ length: 192 }, (_, i) => (i % 16 < 4 + index ? 0.05 : 0.6))
    await folder.files.write(`ndvi/${stem}.tif`, await encodeCog({ grid: GRID, data: ndvi }))
    const validity = new Uint8Array(192).fill(1)
    await folder.files.write(
      `validity/${stem}.tif`,
      await encodeCog({ grid: GRID, data: validity }),
    )
    frames.push({
      index,
      capturedAt: date,
      sceneId: `S2A_${date.slice(0, 10).replaceAll('-', '')}`,
      threshold: { value: 0.1, method: 'fixed', seasonalRaise: 0 },
      validFraction: 1,
      flags: [],
      files: {
        picture: `frames/${stem}.png`,
        ndvi: `ndvi/${stem}.tif`,
        validity: `validity/${stem}.tif`,
        trueColour: null,
        falseColour: null,
      },
      inputHash: `v1-${index}`,
    })
  }
  await folder.writeFrames({
    formatVersion: 1,
    grid: GRID,
    histogram: { start: -1, binWidth: 0.01, counts: [] },
    siteThreshold: { value: 0.1, method: 'fixed', note: '' },
    frames,
    video: null,
  })
  return folder
}
