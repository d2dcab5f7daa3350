import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MultiPolygon, Polygon } from 'geojson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { geodesicAreaM2 } from '../../src/analysis/geodesic-area.ts'
import { encodeCog } from '../../src/cog/write-cog.ts'
import { lngLatOfFlatGeocentric } from '../../src/gdal/geocentric.ts'
import { loadGdal } from '../../src/gdal/gdal-module.ts'
import { readRasterOnGrid } from '../../src/gdal/read-raster.ts'
import { readVector } from '../../src/gdal/read-vector.ts'
import { geoPackageWriter } from '../../src/gdal/write-geopackage.ts'
import { projectionOf } from '../../src/geo/projection.ts'
import type { Grid } from '../../src/model/grid.ts'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'scarline-gdal-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A square of 1000 m on the central meridian of UTM 47N, with a hole of 200 m, in degrees. */
const { inverse } = projectionOf(32647)
const ring = (x: number, y: number, size: number): [number, number][] => {
  const corners = [0, 1, 2, 3, 0].map((k): [number, number] => [
    x + (k === 1 || k === 2 ? size : 0),
    y + (k >= 2 ? size : 0),
  ])
  return corners.map((corner) => inverse(corner))
}
const outline: Polygon = {
  type: 'Polygon',
  coordinates: [ring(499_500, 3_437_000, 1000), ring(499_900, 3_437_400, 200)],
}
const collection = {
  type: 'FeatureCollection',
  features: [{ type: 'Feature', properties: { date: '2018-10-12' }, geometry: outline }],
}

const hasOgr = ((): boolean => {
  try {
    execFileSync('ogr2ogr', ['--version'])
    return true
  } catch {
    process.stdout.write('skipped: no ogr2ogr on the PATH\n')
    return false
  }
})()

describe('readVector', () => {
  const expectedM2 = 960_000 / 0.9996 ** 2

  it('reads GeoJSON from bytes', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(collection))
    const read = await readVector({ name: 'scar.geojson', bytes })
    expect(read).toMatchObject({ driver: 'GeoJSON', epsg: 4326, withoutPolygon: 0 })
    expect(read.storedCrs.epsg).toBe(4326)
    expect(read.features[0]?.properties['date']).toMatch(/^2018.10.12$/)
    expect(areaOf(read.features[0]?.geometry)).toBeCloseTo(expectedM2, -1)
  })

  it.skipIf(!hasOgr).each([
    ['scar.shp', 'ESRI Shapefile', 'EPSG:3857'],
    ['scar.gpkg', 'GPKG', 'EPSG:32647'],
    ['scar.kml', 'KML', 'EPSG:4326'],
    ['scar.fgb', 'FlatGeobuf', 'EPSG:32648'],
    ['scar.gml', 'GML', 'EPSG:4326'],
  ])('measures the same m² in %s (%s, %s)', async (name, driver, crs) => {
    const input = join(dir, 'input.geojson')
    writeFileSync(input, JSON.stringify(collection))
    execFileSync('ogr2ogr', ['-f', driver, '-t_srs', crs, join(dir, name), input], {
      stdio: 'ignore',
    })
    const read = await readVector(join(dir, name))
    expect(areaOf(read.features[0]?.geometry) / expectedM2).toBeCloseTo(1, 6)
    const onGrid = await readVector(join(dir, name), { epsg: 32647 })
    const [x = 0, y = 0] = firstPosition(onGrid.features[0]?.geometry)
    expect(Math.abs((x % 1000) - 500)).toBeLessThan(1)
    expect(Math.abs(((y + 500) % 1000) - 500)).toBeLessThan(1)
  })

  it('says in one line what is wrong with a file', async () => {
    const bytes = new TextEncoder().encode('not a vector file')
    await expect(readVector({ name: 'x.shp', bytes })).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringMatching(/^got x\.shp of 17 bytes, expected a Shapefile$/),
    })
    await expect(readVector({ name: 'x.gpkg', bytes })).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringMatching(/^got x\.gpkg, which GDAL cannot open[^\n]*$/),
    })
    await expect(readVector(join(dir, 'none.shp'))).rejects.toMatchObject({ code: 'not-found' })
    const points = {
      type: 'Feature',
      properties: {},
      geometry: { type: 'Point', coordinates: [1, 2] },
    }
    await expect(
      readVector({ name: 'p.json', bytes: new TextEncoder().encode(JSON.stringify(points)) }),
    ).rejects.toMatchObject({
      message: 'got p.json with 1 features and no polygon, expected polygons',
    })
  })

  it.skipIf(!hasOgr)('asks for the coordinate system where a Shapefile has none', async () => {
    const input = join(dir, 'input.geojson')
    writeFileSync(input, JSON.stringify(collection))
    execFileSync('ogr2ogr', [join(dir, 'bare.shp'), input], { stdio: 'ignore' })
    rmSync(join(dir, 'bare.prj'))
    await expect(readVector(join(dir, 'bare.shp'))).rejects.toMatchObject({
      code: 'invalid-input',
      hint: expect.stringContaining('.prj'),
    })
    const whole = readFileSync(join(dir, 'bare.shp'))
    writeFileSync(join(dir, 'bare.shp'), whole.subarray(0, whole.length - 20))
    await expect(readVector(join(dir, 'bare.shp'))).rejects.toMatchObject({ code: 'corrupt-file' })
  })

  it('leaves nothing behind in the memory of GDAL', async () => {
    const gdal = await loadGdal()
    expect(gdal.FS.readdir('/').filter((name) => name.startsWith('session'))).toEqual([])
  })
})

describe('lngLatOfFlatGeocentric', () => {
  it('finds the point of the ellipsoid above an X and Y', () => {
    // EPSG:4978 of 172° W, 65° N at height 0.
    const [phi, lambda] = [(65 * Math.PI) / 180, (-172 * Math.PI) / 180]
    const n = 6_378_137 / Math.sqrt(1 - 0.006694379990141316 * Math.sin(phi) ** 2)
    const p = n * Math.cos(phi)
    const found = lngLatOfFlatGeocentric(p * Math.cos(lambda), p * Math.sin(lambda), 'north')
    expect(found?.[0]).toBeCloseTo(-172, 9)
    expect(found?.[1]).toBeCloseTo(65, 9)
    expect(lngLatOfFlatGeocentric(6_378_137, 0, 'north')).toBeNull()
  })
})

describe('readRasterOnGrid', () => {
  const grid: Grid = {
    epsg: 32647,
    transform: [10, 0, 453_000, 0, -10, 3_438_000],
    width: 8,
    height: 6,
  }

  it('samples another grid by nearest neighbour and tells what it does not cover', async () => {
    const data = Uint8Array.from({ length: 48 }, (_, i) => i)
    const bytes = await encodeCog({ grid, data })
    const wanted: Grid = {
      ...grid,
      transform: [5, 0, 452_990, 0, -5, 3_438_000],
      width: 8,
      height: 2,
    }
    const read = await readRasterOnGrid({ name: 'truth.tif', bytes }, wanted)
    expect([...read.known]).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1])
    expect([...read.values].slice(2, 8)).toEqual([0, 0, 1, 1, 2, 2])
    expect(read.nodata).toBeNull()
  })

  it('takes nodata for unknown, or a nodata of 0 for plain 0 where asked to', async () => {
    const data = Uint8Array.from({ length: 48 }, (_, i) => (i < 24 ? 0 : 1))
    const bytes = await encodeCog({ grid, data }, { nodata: 0 })
    const strict = await readRasterOnGrid({ name: 'truth.tif', bytes }, grid)
    expect(strict.known.reduce((a, b) => a + b, 0)).toBe(24)
    const loose = await readRasterOnGrid({ name: 'truth.tif', bytes }, grid, { zeroIsData: true })
    expect(loose.known.reduce((a, b) => a + b, 0)).toBe(48)
    expect([...loose.values]).toEqual([...data])
  })

  it('says in one line what is wrong with a file', async () => {
    const bytes = new Uint8Array(100)
    await expect(readRasterOnGrid({ name: 'x.tif', bytes }, grid)).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringMatching(/^got x\.tif, which GDAL cannot open as a raster file[^\n]*$/),
    })
  })
})

describe('geoPackageWriter', () => {
  const write = async (): Promise<Uint8Array> => {
    const writer = geoPackageWriter({
      name: 'boundaries',
      epsg: 32647,
      geometry: 'MULTIPOLYGON',
      changedAt: '2018-10-12T04:12:00Z',
      columns: { frame: 'integer', valid_from: 'datetime', valid_to: 'datetime', area_m2: 'real' },
    })
    const square = [
      [453_000, 3_437_000],
      [454_000, 3_437_000],
      [454_000, 3_438_000],
      [453_000, 3_437_000],
    ]
    writer.add({
      geometry: { type: 'Polygon', coordinates: [square] },
      properties: {
        frame: 3,
        valid_from: '2018-10-12T04:12:00Z',
        valid_to: null,
        area_m2: 500_000,
      },
    })
    return writer.finish()
  }

  it('writes typed columns that it reads again', async () => {
    const read = await readVector({ name: 'b.gpkg', bytes: await write() }, { epsg: 32647 })
    expect(read).toMatchObject({
      driver: 'GPKG',
      layers: ['boundaries'],
      storedCrs: { epsg: 32647 },
    })
    expect(read.features[0]?.properties).toMatchObject({
      frame: 3,
      valid_to: null,
      area_m2: 500_000,
    })
  })

  it('gives the same bytes for the same features', async () => {
    expect(Buffer.compare(await write(), await write())).toBe(0)
  })

  it.skipIf(!hasOgr)('is understood by ogrinfo, dates as dates', async () => {
    const file = join(dir, 'written.gpkg')
    writeFileSync(file, await write())
    const said = execFileSync('ogrinfo', ['-al', file], { encoding: 'utf8' })
    expect(said).toContain('valid_from: DateTime')
    expect(said).toContain('valid_to: DateTime')
    expect(said).toContain('2018/10/12 04:12:00')
    expect(said).toContain('ID["EPSG",32647]')
  })
})

const shared = fileURLToPath(
  new URL('../../../../../shared/data/scar-outlines/chukotka/', import.meta.url),
)
const noShared = !existsSync(shared)
if (noShared) process.stdout.write('skipped: no scar-outlines in ../shared\n')

describe.skipIf(noShared)('outlines of the Chukotka slumps', () => {
  it('gives the largest slump its hectares, whatever the coordinate system', async () => {
    const { readOutlines } = await import('../../src/runs/outlines-read.ts')
    const { sheets: areas, problems } = await readOutlines([shared])
    expect(problems).toEqual([])
    expect(areas).toHaveLength(readdirSync(shared).filter((n) => /\.(shp|gpkg)$/.test(n)).length)
    const hectares = areas
      .filter(({ crs }) => crs.startsWith('EPSG:4326'))
      .map(({ largestM2 }) => largestM2 / 10_000)
    for (const [i, expected] of [4.55, 5.49, 6.88, 6.81, 6.89, 7.31, 7.39].entries()) {
      expect(Math.abs((hectares[i] ?? 0) / expected - 1)).toBeLessThan(0.01)
    }
    // These two hold the outlines of 2019 in an equal-area cylinder and in flat geocentric metres.
    for (const name of ['_epsg54034.shp', '_epsg4978.gpkg']) {
      const found = areas.find(({ file }) => file.endsWith(name))
      expect(found?.largestM2).toBeCloseTo(73_967.5, -1)
    }
  })
})

function areaOf(geometry: Polygon | MultiPolygon | undefined): number {
  return geometry === undefined ? NaN : geodesicAreaM2(geometry)
}

function firstPosition(geometry: Polygon | MultiPolygon | undefined): readonly number[] {
  const rings = geometry?.type === 'MultiPolygon' ? geometry.coordinates[0] : geometry?.coordinates
  return rings?.[0]?.[0] ?? []
}
