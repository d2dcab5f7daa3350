import { describe, expect, it } from 'vitest'
import type { Grid } from '../../src/model/grid.ts'
import type { BandName, BandWindow, Scene, ScenePart } from '../../src/model/scene.ts'
import type { Raster, RasterData } from '../../src/raster/raster.ts'
import { loadSceneFlat, loadSceneLayers, planNativeGrid } from '../../src/raster/scene-rasters.ts'

const site: Grid = {
  epsg: 32647,
  transform: [2, 0, 452030, 0, -2, 3438430],
  width: 100,
  height: 50,
}

function window(file: string, grid: Grid): BandWindow {
  return { file, grid, scaling: { scale: 1e-4, offset: -0.1, nodataDn: 0 }, href: file }
}

function scene(parts: Partial<Record<BandName, BandWindow>>[]): Scene {
  return {
    ...{ id: 'S2A_20200101', platform: 'S2A', capturedAt: '2020-01-01T04:00:00Z', status: 'read' },
    ...{ kept: true, decidedBy: 'rule', reason: null, validFraction: null, flags: [] },
    ...{ validityFractions: {}, offset: null, shift: null, supersededItemIds: [] },
    sunElevationDeg: null,
    parts: parts.map((bands, i): ScenePart => ({
      itemId: `${i}`,
      bands,
      processingBaseline: null,
    })),
  } as Scene
}

function reader(files: Record<string, Raster<RasterData>>) {
  return async (file: string): Promise<Raster<RasterData>> => {
    const raster = files[file]
    if (!raster) throw new Error(`no ${file}`)
    return raster
  }
}

const grid10 = (x: number, y: number, width: number, height: number, epsg = 32647): Grid => ({
  epsg,
  transform: [10, 0, x, 0, -10, y],
  width,
  height,
})

describe('planNativeGrid', () => {
  it('takes the lattice of the scenes and covers the site with a margin of 12 pixels', () => {
    const lattice = grid10(399960, 3500040, 10980, 10980)
    const native = planNativeGrid(site, [scene([{ red: window('red', lattice) }])])
    expect(native.transform).toEqual([10, 0, 452030 - 120, 0, -10, 3438430 + 120])
    expect([native.width, native.height]).toEqual([20 + 24, 10 + 24])
  })

  it('keeps an odd lattice and another pixel size', () => {
    const lattice: Grid = {
      ...grid10(399965, 3500043, 99, 99),
      transform: [20, 0, 399965, 0, -20, 3500043],
    }
    const native = planNativeGrid(site, [scene([{ ndvi: window('ndvi', lattice) }])])
    expect((native.transform[2] - 399965) % 20).toBeCloseTo(0, 6)
    expect(native.transform[0]).toBe(20)
    expect(native.transform[2]).toBeLessThanOrEqual(452030 - 240)
  })

  it('falls back to whole 10 m where no scene is in the zone of the site', () => {
    const other = grid10(0, 0, 5, 5, 32648)
    const native = planNativeGrid(site, [scene([{ red: window('red', other) }])])
    expect(native.transform[0]).toBe(10)
    expect(native.transform[2] % 10).toBe(0)
  })
})

describe('loadSceneLayers', () => {
  const left = grid10(452000, 3438460, 12, 20)
  const right = grid10(452080, 3438460, 20, 20)
  const fill = (grid: Grid, dn: number): Raster<RasterData> => ({
    grid,
    data: new Uint16Array(grid.width * grid.height).fill(dn),
  })

  it('mosaics parts by copying, earlier parts first, and turns counts into reflectance', async () => {
    const holed = fill(left, 2000)
    holed.data[0] = 0
    const s = scene([{ red: window('l', left) }, { red: window('r', right) }])
    const native = planNativeGrid(site, [s])
    const [layer, ...others] = await loadSceneLayers(
      s,
      native,
      ['red', 'nir'],
      reader({ l: holed, r: fill(right, 3000) }),
    )
    expect(others).toEqual([])
    const at = (x: number, y: number): number => {
      const col = Math.floor((x - native.transform[2]) / 10)
      const row = Math.floor((native.transform[5] - y) / 10)
      return layer?.bands.red?.[row * native.width + col] as number
    }
    expect(at(452005, 3438455)).toBeNaN()
    expect(at(452015, 3438455)).toBeCloseTo(0.1, 6)
    expect(at(452095, 3438455)).toBeCloseTo(0.1, 6)
    expect(at(452195, 3438455)).toBeCloseTo(0.2, 6)
    expect(layer?.bands.nir).toBeUndefined()
  })

  it('spreads 20 m classification over 10 m pixels', async () => {
    const sclGrid: Grid = {
      ...grid10(452000, 3438460, 6, 10),
      transform: [20, 0, 452000, 0, -20, 3438460],
    }
    const scl = {
      grid: sclGrid,
      data: Uint8Array.from({ length: 60 }, (_, i) => (i === 1 ? 9 : 4)),
    }
    const s = scene([{ red: window('l', left), scl: window('scl', sclGrid) }])
    const native = planNativeGrid(site, [s])
    const flat = await loadSceneFlat(
      s,
      native,
      ['red', 'scl'],
      reader({ l: fill(left, 2000), scl }),
    )
    const clouds: number[][] = []
    flat.scl?.forEach((code, i) => {
      if (code === 9)
        clouds.push([
          native.transform[2] + 10 * (i % native.width),
          native.transform[5] - 10 * Math.floor(i / native.width),
        ])
    })
    expect(clouds).toEqual([
      [452020, 3438460],
      [452030, 3438460],
      [452020, 3438450],
      [452030, 3438450],
    ])
    expect(flat.scl?.[0]).toBe(0)
  })

  it('leaves a part of another zone on its own grid', async () => {
    const other = grid10(-120000, 3460000, 4, 4, 32648)
    const s = scene([{ red: window('l', left) }, { red: window('o', other) }])
    const layers = await loadSceneLayers(
      s,
      planNativeGrid(site, [s]),
      ['red'],
      reader({ l: fill(left, 2000), o: fill(other, 4000) }),
    )
    expect(layers.map((layer) => layer.grid.epsg)).toEqual([32647, 32648])
    expect(layers[1]?.bands.red?.[0]).toBeCloseTo(0.3, 6)
  })

  it('refuses a window that is not where scenes.json says', async () => {
    const s = scene([{ red: window('l', left) }])
    await expect(
      loadSceneLayers(s, planNativeGrid(site, [s]), ['red'], reader({ l: fill(right, 1) })),
    ).rejects.toMatchObject({ code: 'corrupt-file' })
  })
})
