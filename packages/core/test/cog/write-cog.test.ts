import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromArrayBuffer } from 'geotiff'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeCog, encodeSparseCog } from '../../src/cog/write-cog.ts'
import { isGeographicEpsg } from '../../src/cog/tiff-geokeys.ts'
import { ScarlineError } from '../../src/errors.ts'
import type { Affine, Grid } from '../../src/model/grid.ts'
import type { RasterData } from '../../src/raster/raster.ts'

function gridOf(width: number, height: number, epsg = 32647, transform?: Affine): Grid {
  return { epsg, transform: transform ?? [10, 0, 452030, 0, -10, 3438430], width, height }
}

function hasGdal(): boolean {
  try {
    execFileSync('gdalinfo', ['--version'])
    return true
  } catch {
    return false
  }
}

const gdal = hasGdal()

const makers: Record<string, (n: number) => RasterData> = {
  uint8: (n) => new Uint8Array(n),
  uint16: (n) => new Uint16Array(n),
  int16: (n) => new Int16Array(n),
  int32: (n) => new Int32Array(n),
  uint32: (n) => new Uint32Array(n),
  float32: (n) => new Float32Array(n),
  float64: (n) => new Float64Array(n),
}

function filled(type: string, length: number): RasterData {
  const data = (makers[type] as (n: number) => RasterData)(length)
  const sign = type.startsWith('int') ? -1 : 1
  const scale = type.startsWith('float') ? 0.37 : 1
  for (let i = 0; i < length; i++) data[i] = ((i * 7919) % 251) * sign * scale
  if (type.startsWith('float')) data.fill(NaN, 0, 40)
  return data
}

async function decode(bytes: Uint8Array): Promise<{
  image: (index: number) => Promise<RasterData[]>
  sizes: [number, number][]
}> {
  const tiff = await fromArrayBuffer(bytes.slice().buffer)
  const count = await tiff.getImageCount()
  const sizes: [number, number][] = []
  for (let i = 0; i < count; i++) {
    const image = await tiff.getImage(i)
    sizes.push([image.getWidth(), image.getHeight()])
  }
  return {
    sizes,
    image: async (index) => [
      ...((await (await tiff.getImage(index)).readRasters()) as unknown as RasterData[]),
    ],
  }
}

describe('encodeCog', () => {
  for (const type of Object.keys(makers)) {
    it(`writes ${type} that another reader decodes to the same numbers`, async () => {
      const grid = gridOf(300, 130)
      const data = filled(type, 300 * 130)
      const bytes = await encodeCog({ grid, data }, { tileSize: 64, nodata: null })
      const { image, sizes } = await decode(bytes)
      const [read] = await image(0)
      expect(sizes).toEqual([
        [300, 130],
        [150, 65],
        [75, 33],
        [38, 17],
      ])
      expect(read?.constructor).toBe(data.constructor)
      expect(read).toEqual(data)
    })
  }

  it('keeps several bands apart and the input untouched', async () => {
    const grid = gridOf(70, 50)
    const a = filled('uint16', 3500)
    const b = a.map((v) => v + 5) as RasterData
    const before = a.slice()
    const { image } = await decode(
      await encodeCog([
        { grid, data: a },
        { grid, data: b },
      ]),
    )
    expect(await image(0)).toEqual([a, b])
    expect(a).toEqual(before)
  })

  it('averages float overviews without NaN and takes the nearest integer', async () => {
    const float = Float32Array.from({ length: 32 * 32 }, (_, i) => (i % 2 === 0 ? NaN : 3))
    const bytes = await encodeCog({ grid: gridOf(32, 32), data: float }, { tileSize: 16 })
    const [halved] = await (await decode(bytes)).image(1)
    expect([...new Set(halved)]).toEqual([3])
    const codes = Uint8Array.from({ length: 32 * 32 }, (_, i) => (i % 2 === 0 ? 7 : 9))
    const coded = await encodeCog({ grid: gridOf(32, 32), data: codes }, { tileSize: 16 })
    expect([...new Set((await (await decode(coded)).image(1))[0])]).toEqual([7])
  })

  it('puts every directory before the data and coarse levels before fine ones', async () => {
    const bytes = await encodeCog(
      { grid: gridOf(200, 200), data: filled('uint8', 40000) },
      { tileSize: 64 },
    )
    const view = new DataView(bytes.buffer)
    const firstTile: number[] = []
    let at = view.getUint32(4, true)
    let lastDirectory = 0
    while (at !== 0) {
      lastDirectory = at
      const entries = view.getUint16(at, true)
      for (let i = 0; i < entries; i++) {
        const entry = at + 2 + i * 12
        if (view.getUint16(entry, true) !== 324) continue
        const count = view.getUint32(entry + 4, true)
        const value = view.getUint32(entry + 8, true)
        firstTile.push(count === 1 ? value : view.getUint32(value, true))
      }
      at = view.getUint32(at + 2 + entries * 12, true)
    }
    expect(firstTile).toHaveLength(3)
    expect(firstTile).toEqual([...firstTile].sort((p, q) => q - p))
    expect(Math.min(...firstTile)).toBeGreaterThan(lastDirectory)
    const leader = view.getUint32((firstTile[0] as number) - 4, true)
    const end = (firstTile[0] as number) + leader
    expect(bytes.subarray(end, end + 4)).toEqual(bytes.subarray(end - 4, end))
  })

  it('gives equal bytes for equal input', async () => {
    const raster = { grid: gridOf(90, 90), data: filled('float32', 8100) }
    expect(await encodeCog(raster)).toEqual(await encodeCog(raster))
  })

  it('refuses bands that differ and sizes that do not fit', async () => {
    const one = { grid: gridOf(10, 10), data: new Uint8Array(100) }
    const other = { grid: gridOf(10, 10), data: new Uint16Array(100) }
    await expect(encodeCog([one, other])).rejects.toThrow(ScarlineError)
    await expect(encodeCog({ grid: gridOf(10, 11), data: one.data })).rejects.toThrow(
      'got 100 pixels, expected 10 x 11 = 110',
    )
    await expect(encodeCog(one, { tileSize: 100 })).rejects.toThrow('multiple of 16')
  })

  it('tells geographic from projected codes', () => {
    expect([4326, 4490, 4258, 4269].map(isGeographicEpsg)).toEqual([true, true, true, true])
    expect([32647, 4547, 3857, 2154, 4499].map(isGeographicEpsg)).not.toContain(true)
  })
})

describe('encodeSparseCog', () => {
  const full = {
    width: 10980,
    height: 10980,
    transform: [10, 0, 399960, 0, -10, 3500040] as Affine,
  }

  it('stores only the tiles that the window touches', async () => {
    const window = { grid: gridOf(240, 240), data: filled('uint16', 57600) }
    const bytes = await encodeSparseCog(window, full, { nodata: 0 })
    expect(bytes.length).toBeLessThan(200_000)
    const tiff = await fromArrayBuffer(bytes.slice().buffer)
    const image = await tiff.getImage(0)
    const counts = [
      ...((await image.fileDirectory.loadValue('TileByteCounts')) as Iterable<number>),
    ]
    expect(counts).toHaveLength(121)
    expect(counts.flatMap((count, i) => (count > 0 ? [i] : []))).toEqual([71])
    const [read] = (await image.readRasters({
      window: [5207, 6161, 5447, 6401],
    })) as unknown as RasterData[]
    expect(read).toEqual(window.data)
    expect(await tiff.getImageCount()).toBe(5)
  })

  it('refuses a window off the pixels of the full image or outside it', async () => {
    const data = new Uint8Array(100)
    const shifted = gridOf(10, 10, 32647, [10, 0, 452033, 0, -10, 3438430])
    await expect(encodeSparseCog({ grid: shifted, data }, full)).rejects.toThrow('on the pixels')
    const outside = gridOf(10, 10, 32647, [10, 0, 399950, 0, -10, 3438430])
    await expect(encodeSparseCog({ grid: outside, data }, full)).rejects.toThrow(ScarlineError)
  })
})

describe.skipIf(!gdal)('GDAL on our COGs (needs gdalinfo of Debian gdal-bin)', () => {
  let dir = ''
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'scarline-cog-'))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  async function info(bytes: Uint8Array): Promise<Record<string, never>> {
    const path = join(dir, 'file.tif')
    writeFileSync(path, bytes)
    return JSON.parse(
      execFileSync('gdalinfo', ['-json', '-checksum', '--config', 'CPL_DEBUG', 'OFF', path], {
        encoding: 'utf8',
      }),
    ) as Record<string, never>
  }

  it('recognises layout, system, nodata, overviews and description', async () => {
    const got = (await info(
      await encodeCog(
        { grid: gridOf(700, 600), data: filled('float32', 420_000) },
        { nodata: NaN, description: 'NDVI of a test' },
      ),
    )) as unknown as {
      metadata: Record<string, Record<string, string>>
      bands: { noDataValue: string; overviews: unknown[]; type: string }[]
      geoTransform: number[]
      stac: { 'proj:epsg': number }
    }
    expect(got.metadata['IMAGE_STRUCTURE']?.['LAYOUT']).toBe('COG')
    expect(got.metadata['']?.['TIFFTAG_IMAGEDESCRIPTION']).toBe('NDVI of a test')
    expect(got.metadata['']?.['AREA_OR_POINT']).toBe('Area')
    expect(got.bands[0]).toMatchObject({ type: 'Float32', noDataValue: 'NaN' })
    expect(got.bands[0]?.overviews).toHaveLength(1)
    expect(got.geoTransform).toEqual([452030, 10, 0, 3438430, 0, -10])
    expect(JSON.stringify(got)).toContain('UTM zone 47N')
  })

  it('reads geographic and rotated grids', async () => {
    const grid = gridOf(20, 20, 4326, [0.01, 0.002, 98, 0.001, -0.01, 31])
    const got = (await info(await encodeCog({ grid, data: new Uint8Array(400) }))) as unknown as {
      geoTransform: number[]
    }
    expect(got.geoTransform).toEqual([98, 0.01, 0.002, 31, 0.001, -0.01])
    expect(JSON.stringify(got)).toContain('WGS 84')
  })
})
