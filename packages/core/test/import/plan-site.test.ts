import { describe, expect, it } from 'vitest'
import { arrangeScenes } from '../../src/import/arrange-scenes.ts'
import { planImportSite } from '../../src/import/plan-site.ts'
import { windowOnSite } from '../../src/import/site-window.ts'
import { projectionOf } from '../../src/geo/projection.ts'
import type { Grid } from '../../src/model/grid.ts'
import { madeGrid, madeProduct } from './products.ts'

const options = { name: 'scar', createdAt: '2026-01-01T00:00:00.000Z' }

function scenesOn(grids: readonly Grid[]): ReturnType<typeof arrangeScenes>['scenes'] {
  return arrangeScenes(
    grids.map((grid, i) => {
      const capturedAt = `2019-05-${String(10 + i)}T10:40:00.000Z`
      return {
        product: madeProduct(`p${i}`, {
          time: { capturedAt, precision: 'second', source: 'name' },
        }),
        grid,
      }
    }),
  ).scenes
}

describe('planImportSite', () => {
  it('covers what most rasters cover, on their own pixels, at a fifth of them', () => {
    const larger = madeGrid(660_000, 5_470_000, { width: 3000, height: 3000 })
    const site = planImportSite(scenesOn([madeGrid(), larger, madeGrid()]), options)
    expect(site.grid).toEqual({
      epsg: 32631,
      transform: [2, 0, 670_000, 0, -2, 5_461_500],
      width: 500,
      height: 400,
    })
    expect([site.from, site.to, site.source.kind]).toEqual(['2019-05-10', '2019-05-12', 'import'])
  })

  it('draws the area of interest around the grid', () => {
    const site = planImportSite(scenesOn([madeGrid()]), options)
    const ring = (site.aoi.coordinates[0] ?? []) as [number, number][]
    const { forward } = projectionOf(32631)
    const [x = 0, y = 0] = forward(ring[2] as [number, number])
    expect(Math.hypot(x - 671_000, y - 5_460_700)).toBeLessThan(0.01)
  })

  it('chooses the UTM zone where rasters are in degrees', () => {
    const degrees = madeGrid(0, 0, {
      epsg: 4326,
      transform: [0.0001, 0, 5.34, 0, -0.0001, 49.28],
    })
    const { grid } = planImportSite(scenesOn([degrees]), { ...options, pixelSizeM: 2 })
    expect(grid.epsg).toBe(32631)
    expect(grid.width * 2).toBeGreaterThan(650)
    expect(grid.width * 2).toBeLessThan(760)
  })

  it('takes the area and pixel size that the user gives', () => {
    const ring = [[5.35, 49.27], [5.36, 49.27], [5.36, 49.28], [5.35, 49.28], [5.35, 49.27]] // prettier-ignore
    const site = planImportSite(scenesOn([madeGrid()]), {
      ...options,
      aoi: { type: 'Polygon', coordinates: [ring] },
      pixelSizeM: 5,
    })
    expect(site.grid.transform[0]).toBe(5)
    expect(site.aoi.coordinates).toEqual([ring])
  })

  it('refuses whole tiles and says how to choose the slope', () => {
    const tile = madeGrid(600_000, 5_500_000, { width: 10980, height: 10980 })
    expect(() => planImportSite(scenesOn([tile]), options)).toThrow(
      /109\.8 x 109\.8 km, 54900 x 54900 pixels of 2 m/,
    )
  })
})

describe('windowOnSite', () => {
  const site = {
    epsg: 32631,
    transform: [2, 0, 670_200, 0, -2, 5_461_300] as const,
    width: 100,
    height: 50,
  }
  const grid: Grid = { ...site, transform: [...site.transform] }

  it('covers the site with a margin, clipped to the raster', () => {
    expect(windowOnSite(madeGrid(), grid)).toEqual({ col: 8, row: 8, width: 44, height: 34 })
    expect(windowOnSite(madeGrid(670_100), grid)).toEqual({ col: 0, row: 8, width: 42, height: 34 })
  })

  it('is null where the raster does not reach the site, even if it reaches the margin', () => {
    expect(windowOnSite(madeGrid(670_400), grid)).toBeNull()
    expect(windowOnSite(madeGrid(669_200), grid)).toBeNull()
  })

  it('covers the site in a raster of another zone', () => {
    const [x, y] = projectionOf(32632).forward(projectionOf(32631).inverse([670_300, 5_461_250]))
    const other = madeGrid(x - 500, y + 400, { epsg: 32632 })
    const window = windowOnSite(other, grid, 0)
    expect(window?.width).toBeGreaterThanOrEqual(20)
    expect(window?.width).toBeLessThan(26)
  })
})
