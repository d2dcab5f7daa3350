import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decompressLzw, decompressPackBits } from '../../src/cog/decompress-tiff.ts'
import { openGeoTiffBytes, openGeoTiffFile, readRaster } from '../../src/cog/read-geotiff.ts'
import { encodeCog, encodeSparseCog } from '../../src/cog/write-cog.ts'
import { ScarlineError } from '../../src/errors.ts'
import type { Affine, Grid } from '../../src/model/grid.ts'
import type { RasterData } from '../../src/raster/raster.ts'

const EDGE = new URL('../../../../../shared/data/geotiff-edge/', import.meta.url).pathname
const hasEdgeFiles = existsSync(EDGE)
const hasGdal = (() => {
  try {
    execFileSync('gdalinfo', ['--version'])
    return true
  } catch {
    return false
  }
})()
if (!hasEdgeFiles) process.stderr.write('skipped: geotiff-edge files, ../shared is not here\n')
if (!hasGdal) process.stderr.write('skipped: comparison with GDAL, gdalinfo is not installed\n')

const TRANSFORM: Affine = [10, 0, 452_000, 0, -10, 3_438_000]
function gridOf(width: number, height: number): Grid {
  return { epsg: 32647, transform: TRANSFORM, width, height }
}
function ramp(length: number): Uint16Array {
  return Uint16Array.from({ length }, (_, i) => (i * 37) % 65_000)
}
async function caught(promise: Promise<unknown>): Promise<ScarlineError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ScarlineError)
  expect((error as ScarlineError).message).not.toContain('\n')
  return error as ScarlineError
}

/** Overwrites the value of a tag in a classic little-endian TIFF whose value lies in the entry. */
function forgeTag(file: Uint8Array, tag: number, value: number): Uint8Array {
  const bytes = file.slice()
  const view = new DataView(bytes.buffer)
  const start = view.getUint32(4, true)
  for (let i = 0; i < view.getUint16(start, true); i++) {
    const at = start + 2 + i * 12
    if (view.getUint16(at, true) !== tag) continue
    view.setUint16(at + 2, 4, true)
    view.setUint32(at + 4, 1, true)
    view.setUint32(at + 8, value, true)
  }
  return bytes
}

describe('reading a GeoTIFF', () => {
  it('gives back grid, nodata, description and pixels as they were written', async () => {
    const grid = gridOf(130, 70)
    const data = ramp(130 * 70)
    const bytes = await encodeCog({ grid, data }, { nodata: 0, tileSize: 64, description: 'red' })
    await using handle = await openGeoTiffBytes(bytes, 'a.tif')
    expect(handle.grid).toEqual(grid)
    expect(handle.nodata).toBe(0)
    expect(handle.bandCount).toBe(1)
    expect(handle.metadata['TIFFTAG_IMAGEDESCRIPTION']).toBe('red')
    expect((await readRaster(bytes, 'a.tif')).data).toEqual(data)
  })

  it('reads a window across tiles, and chosen bands only', async () => {
    const grid = gridOf(130, 70)
    const one = { grid, data: ramp(130 * 70) }
    const two = { grid, data: ramp(130 * 70).map((v) => v + 1) }
    const bytes = await encodeCog([one, two], { tileSize: 64 })
    await using handle = await openGeoTiffBytes(bytes, 'a.tif')
    const [got, ...rest] = await handle.readWindow(
      { col: 60, row: 61, width: 9, height: 5 },
      { bands: [1] },
    )
    expect(rest).toEqual([])
    const expected = Array.from({ length: 45 }, (_, i) => {
      const at = (61 + Math.floor(i / 9)) * 130 + 60 + (i % 9)
      return two.data[at]
    })
    expect(Array.from(got as RasterData)).toEqual(expected)
  })

  it('fills tiles that were never written with nodata', async () => {
    const window = { grid: { ...gridOf(20, 20) }, data: ramp(400).map((v) => v + 1) }
    const full = {
      width: 2000,
      height: 1500,
      transform: [10, 0, 442_000, 0, -10, 3_440_000] as Affine,
    }
    const bytes = await encodeSparseCog(window, full, { nodata: 0 })
    await using handle = await openGeoTiffBytes(bytes, 'sparse.tif')
    expect(handle.grid.width).toBe(2000)
    const [away] = await handle.readWindow({ col: 0, row: 1400, width: 10, height: 10 })
    expect(away?.every((v) => v === 0)).toBe(true)
    const [inside] = await handle.readWindow({ col: 1000, row: 200, width: 20, height: 20 })
    expect(inside).toEqual(window.data)
  })

  it('refuses a window outside the image and a band that is not there', async () => {
    const bytes = await encodeCog({ grid: gridOf(8, 8), data: ramp(64) })
    await using handle = await openGeoTiffBytes(bytes, 'a.tif')
    const outside = handle.readWindow({ col: 4, row: 0, width: 5, height: 8 })
    expect((await caught(outside)).message).toContain('inside 8x8')
    const band = handle.readWindow({ col: 0, row: 0, width: 1, height: 1 }, { bands: [3] })
    expect((await caught(band)).message).toContain('got band 4, expected 1 to 1')
  })

  it('stops when aborted', async () => {
    const bytes = await encodeCog({ grid: gridOf(8, 8), data: ramp(64) })
    await using handle = await openGeoTiffBytes(bytes, 'a.tif')
    const signal = AbortSignal.abort(new Error('enough'))
    const read = handle.readWindow({ col: 0, row: 0, width: 8, height: 8 }, { signal })
    await expect(read).rejects.toThrow('enough')
  })

  it('names a missing file', async () => {
    const error = await caught(openGeoTiffFile('/nowhere/at-all.tif'))
    expect(error.code).toBe('not-found')
    expect(error.message).toContain('/nowhere/at-all.tif')
  })
})

describe('damaged and forged files', () => {
  it('are refused wherever they are cut off', async () => {
    const bytes = await encodeCog({ grid: gridOf(200, 200), data: ramp(40_000) }, { tileSize: 64 })
    for (const share of [0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.999]) {
      const cut = bytes.slice(0, Math.floor(bytes.length * share))
      const error = await caught(readRaster(cut, 'cut.tif'))
      expect(error.code).toBe('corrupt-file')
      expect(error.message).toContain('cut.tif')
    }
  })

  it('are refused before memory is taken for what their header claims', async () => {
    const bytes = await encodeCog({ grid: gridOf(64, 64), data: ramp(4096) })
    const huge = await caught(openGeoTiffBytes(forgeTag(bytes, 256, 2 ** 31 - 1), 'huge.tif'))
    expect(huge.code).toBe('corrupt-file')
    for (const [tag, value] of [
      [256, 0],
      [277, 60_000],
      [322, 2 ** 30],
      [323, 2 ** 30],
      [258, 77],
      [259, 12_345],
    ] as const) {
      await caught(readRaster(forgeTag(bytes, tag, value), 'forged.tif'))
    }
  })

  it('never crash, whatever bytes are changed', async () => {
    const bytes = await encodeCog({ grid: gridOf(40, 40), data: ramp(1600) })
    let seed = 7
    for (let round = 0; round < 300; round++) {
      const changed = bytes.slice()
      for (let i = 0; i < 4; i++) {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
        changed[seed % (round % 2 === 0 ? 400 : changed.length)] = seed >>> 24
      }
      const result = await readRaster(changed, 'changed.tif').catch((error: unknown) => error)
      if (result instanceof Error) expect(result).toBeInstanceOf(ScarlineError)
    }
  })

  it('that are no TIFF say so', async () => {
    const error = await caught(
      readRaster(new TextEncoder().encode('<html>not found</html>'), 'x.tif'),
    )
    expect(error.message).toContain('does not start as a TIFF')
    const codestream = Uint8Array.of(0xff, 0x4f, 0xff, 0x51, 0, 41, 0, 2, 0, 0)
    expect((await caught(readRaster(codestream, 'B04.tif'))).message).toContain('JPEG 2000')
  })
})

describe('LZW and PackBits', () => {
  it('decode the example of the TIFF specification', () => {
    const packed = Uint8Array.of(
      0xfe,
      0xaa,
      0x02,
      0x80,
      0x00,
      0x2a,
      0xfd,
      0xaa,
      0x03,
      0x80,
      0x00,
      0x2a,
      0x22,
      0xf7,
      0xaa,
    )
    expect([...decompressPackBits(packed, 24)]).toEqual([
      0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0x22,
      0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
    ]) // prettier-ignore
  })

  it('take no more memory than the image needs, whatever the stream says', () => {
    const noise = Uint8Array.from(
      { length: 5000 },
      (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24,
    )
    for (const first of [0x80, 0x00, 0xff]) {
      noise[0] = first
      try {
        expect(decompressLzw(noise, 1000).length).toBeLessThanOrEqual(1000)
      } catch (error) {
        expect((error as Error).message).toContain('LZW code')
      }
    }
    expect(decompressPackBits(noise, 1000).length).toBeLessThanOrEqual(1000)
  })
})

describe.skipIf(!hasEdgeFiles)('files of other programs', () => {
  const names = hasEdgeFiles ? readdirSync(EDGE).filter((name) => /\.tiff?$/.test(name)) : []

  it('each give a raster or one clear line', async () => {
    const read: string[] = []
    for (const name of names) {
      const outcome = await readRaster(readFileSync(join(EDGE, name)), name).catch(
        (error: unknown) => error,
      )
      if (outcome instanceof Error) {
        expect(outcome, name).toBeInstanceOf(ScarlineError)
        expect(outcome.message, name).toMatch(/got .+/)
        expect(outcome.message).not.toContain('\n')
        expect((outcome as ScarlineError).hint).toBeTruthy()
      } else {
        read.push(name)
      }
    }
    expect(names.length).toBeGreaterThan(100)
    expect(read.length).toBeGreaterThan(15)
  })

  it('without georeferencing say that', async () => {
    const name = 'image-tiff_tests_images_int16.tif'
    const error = await caught(readRaster(readFileSync(join(EDGE, name)), name))
    expect(error.message).toContain('no georeferencing')
  })

  describe.skipIf(!hasGdal)('compared with GDAL', () => {
    let dir = ''
    beforeAll(() => {
      dir = mkdtempSync(join(tmpdir(), 'scarline-gdal-'))
    })
    afterAll(() => rmSync(dir, { recursive: true, force: true }))

    it('have the same pixels and the same place', async () => {
      let compared = 0
      // One of each kind: strips, tiles, float, two nodata, upside down, across the date line.
      const chosen =
        /DEM_BS28|cog_big|geo-5b|all-nodata|world\.byte|rasterio_tests_data_red|inverted_lat|cog_dateline|colorado.*nodata|mosaic_value_3/
      for (const name of names.filter((one) => chosen.test(one))) {
        const bytes = readFileSync(join(EDGE, name))
        const raster = await readRaster(bytes, name)
        const info = JSON.parse(
          execFileSync('gdalinfo', ['-json', join(EDGE, name)], {
            stdio: ['ignore', 'pipe', 'ignore'],
          }).toString(),
        ) as { geoTransform: number[]; size: [number, number] }
        const [c, a, b, f, d, e] = info.geoTransform as [
          number,
          number,
          number,
          number,
          number,
          number,
        ]
        const expected = [a, b, c, d, e, f]
        for (const [i, value] of raster.grid.transform.entries()) {
          expect(value, name).toBeCloseTo(expected[i] as number, 6)
        }
        expect([raster.grid.width, raster.grid.height]).toEqual(info.size)
        const out = join(dir, 'o.img')
        execFileSync(
          'gdal_translate',
          ['-q', '-b', '1', '-of', 'ENVI', '-ot', 'Float64', join(EDGE, name), out],
          { stdio: 'ignore' },
        )
        const raw = readFileSync(out)
        const pixels = new Float64Array(
          raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length),
        )
        const different = raster.data.findIndex(
          (value, i) => !Object.is(value, pixels[i]) && value !== pixels[i],
        )
        expect(different, name).toBe(-1)
        compared++
      }
      expect(compared).toBe(10)
    })
  })
})

describe.skipIf(!hasGdal)('what GDAL writes', () => {
  let dir = ''
  let source = ''
  const data = Int16Array.from({ length: 90 * 60 }, (_, i) => ((i * 7919) % 20_000) - 10_000)
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'scarline-gdal-'))
    source = join(dir, 'source.tif')
    writeFileSync(source, await encodeCog({ grid: gridOf(90, 60), data }, { nodata: -10_000 }))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it.each([
    ['LZW with predictor', ['-co', 'COMPRESS=LZW', '-co', 'PREDICTOR=2']],
    [
      'big-endian Deflate with predictor',
      ['-co', 'COMPRESS=DEFLATE', '-co', 'PREDICTOR=2', '-co', 'ENDIANNESS=BIG'],
    ],
    [
      'big-endian BigTIFF',
      [
        '-co',
        'BIGTIFF=YES',
        '-co',
        'ENDIANNESS=BIG',
        '-co',
        'TILED=YES',
        '-co',
        'BLOCKXSIZE=32',
        '-co',
        'BLOCKYSIZE=16',
      ],
    ],
    ['PackBits strips', ['-co', 'COMPRESS=PACKBITS', '-co', 'BLOCKYSIZE=7']],
    ['ZSTD', ['-co', 'COMPRESS=ZSTD', '-co', 'PREDICTOR=2']],
    ['LERC', ['-co', 'COMPRESS=LERC', '-co', 'MAX_Z_ERROR=0']],
  ])('is read: %s', async (_title, options) => {
    const file = join(dir, 'other.tif')
    execFileSync('gdal_translate', ['-q', ...options, source, file], { stdio: 'ignore' })
    await using handle = await openGeoTiffFile(file)
    expect(handle.grid).toEqual(gridOf(90, 60))
    expect(handle.nodata).toBe(-10_000)
    const [got] = await handle.readWindow({ col: 0, row: 0, width: 90, height: 60 })
    expect(got).toEqual(data)
  })

  it('is placed by its pixel corners also where it says that pixels are points', async () => {
    const file = join(dir, 'point.tif')
    execFileSync('gdal_translate', ['-q', '-mo', 'AREA_OR_POINT=Point', source, file], {
      stdio: 'ignore',
    })
    await using handle = await openGeoTiffFile(file)
    expect(handle.grid).toEqual(gridOf(90, 60))
  })

  it('carries its metadata along, also of bands', async () => {
    const file = join(dir, 'meta.tif')
    const options = [
      '-mo',
      'TIFFTAG_DATETIME=2019:05:01 10:00:00',
      '-mo',
      'SENSOR=A & B',
      '-a_scale',
      '0.5',
    ]
    execFileSync('gdal_translate', ['-q', ...options, source, file], { stdio: 'ignore' })
    await using handle = await openGeoTiffFile(file)
    expect(handle.metadata['TIFFTAG_DATETIME']).toBe('2019:05:01 10:00:00')
    expect(handle.metadata['SENSOR']).toBe('A & B')
    expect(Number(handle.metadata['1:SCALE'])).toBe(0.5)
  })
})
