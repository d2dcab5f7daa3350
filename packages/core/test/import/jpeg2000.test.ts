import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesSource } from '../../src/cog/byte-source.ts'
import { readRaster } from '../../src/cog/read-geotiff.ts'
import { encodeCog } from '../../src/cog/write-cog.ts'
import { openJpeg2000, openJpeg2000File } from '../../src/import/jpeg2000/read-jpeg2000.ts'

const hasGdal = spawnSync('gdal_translate', ['--version']).status === 0
if (!hasGdal)
  process.stderr.write('skipped: JPEG 2000 against GDAL (gdal_translate is not on the PATH)\n')

const WIDTH = 300
const HEIGHT = 217

describe.skipIf(!hasGdal)('openJpeg2000', () => {
  let dir: string
  let reference: Uint16Array

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'scarline-jp2-'))
    reference = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
      const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)]
      const hill = 2000 + 1500 * Math.sin(x / 17) * Math.cos(y / 23)
      return Math.round(hill + ((x * 7919 + y * 104_729) % 211) + (x > 180 && y < 60 ? 3000 : 0))
    })
    const grid = {
      epsg: 32633,
      transform: [10, 0, 499_980, 0, -10, 5_200_020] as [
        number,
        number,
        number,
        number,
        number,
        number,
      ],
      width: WIDTH,
      height: HEIGHT,
    }
    await writeFile(join(dir, 'in.tif'), await encodeCog({ grid, data: reference }))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  function encode(name: string, options: readonly string[]): string {
    const out = join(dir, `${name}.jp2`)
    const flags = options.flatMap((option) => ['-co', option])
    execFileSync('gdal_translate', ['-q', '-of', 'JP2OpenJPEG', ...flags, join(dir, 'in.tif'), out])
    return out
  }

  async function decode(path: string): Promise<ArrayLike<number>> {
    await using handle = await openJpeg2000File(path)
    const { width, height } = handle
    return await handle.readWindow({ col: 0, row: 0, width, height })
  }

  const LOSSLESS = ['QUALITY=100', 'REVERSIBLE=YES']
  it.each([
    ['LRCP', []],
    ['RLCP', []],
    ['RPCL', []],
    ['PCRL', []],
    ['CPRL', []],
    ['LRCP', ['SOP=YES', 'EPH=YES', 'CODEBLOCK_STYLE=RESET,VSC,SEGSYM']],
    ['LRCP', ['CODEBLOCK_WIDTH=32', 'CODEBLOCK_HEIGHT=16', 'RESOLUTIONS=3']],
    ['RPCL', ['PRECINCTS={128,128},{64,64}']],
  ])('gives back a lossless raster exactly: tiles in %s order, %j', async (order, more) => {
    const tiling = [`PROGRESSION=${order}`, 'BLOCKXSIZE=128', 'BLOCKYSIZE=96']
    const path = encode('lossless', [...LOSSLESS, ...tiling, ...more])
    expect(await decode(path)).toEqual(reference)
  })

  it('decodes lossy files as GDAL does, to one digital number', async () => {
    const path = encode('lossy', ['QUALITY=5,20', 'REVERSIBLE=NO'])
    execFileSync('gdal_translate', ['-q', path, join(dir, 'lossy.tif')])
    const { data } = await readRaster(await readFile(join(dir, 'lossy.tif')), 'lossy.tif')
    const mine = await decode(path)
    let worst = 0
    for (let i = 0; i < data.length; i++) {
      worst = Math.max(worst, Math.abs((data[i] as number) - (mine[i] as number)))
    }
    expect(worst).toBeLessThanOrEqual(1)
  })

  it('decodes a window across tiles', async () => {
    const path = encode('window', [...LOSSLESS, 'BLOCKXSIZE=64', 'BLOCKYSIZE=64'])
    await using handle = await openJpeg2000File(path)
    const window = await handle.readWindow({ col: 50, row: 60, width: 90, height: 70 })
    expect(window[0]).toBe(reference[60 * WIDTH + 50])
    expect(window[69 * 90 + 89]).toBe(reference[129 * WIDTH + 139])
  })

  it.each([
    ['GMLJP2', ['GeoJP2=NO', 'GMLJP2=YES']],
    ['GeoJP2', ['GeoJP2=YES', 'GMLJP2=NO']],
  ])('reads where it lies from %s', async (_, options) => {
    await using handle = await openJpeg2000File(encode('geo', [...LOSSLESS, ...options]))
    expect(handle.georeference).toEqual({
      epsg: 32633,
      transform: [10, 0, 499_980, 0, -10, 5_200_020],
    })
  })

  it('answers a truncated file with one clear line', async () => {
    const bytes = await readFile(encode('cut', LOSSLESS))
    for (const share of [0.02, 0.5, 0.97]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share))
      await expect(openJpeg2000(bytesSource(cut, 'cut.jp2'))).rejects.toMatchObject({
        code: 'corrupt-file',
        message: expect.stringMatching(/^cut\.jp2: got .*, expected a whole JPEG 2000 file$/),
      })
    }
  })

  it('never breaks out of its errors on damaged bytes', async () => {
    const bytes = await readFile(encode('damaged', [...LOSSLESS, 'BLOCKXSIZE=64', 'BLOCKYSIZE=64']))
    let failures = 0
    for (let trial = 0; trial < 30; trial++) {
      const damaged = Uint8Array.from(bytes)
      for (let k = 0; k < 20; k++) {
        damaged[(trial * 7919 + k * 104_729 + trial * k * 13) % damaged.length] =
          (trial * 31 + k) & 255
      }
      try {
        await using handle = await openJpeg2000(bytesSource(damaged, 'damaged.jp2'))
        const { width, height } = handle
        if (width * height <= WIDTH * HEIGHT) {
          await handle.readWindow({ col: 0, row: 0, width, height })
        }
      } catch (error) {
        failures++
        expect((error as Error).name).toBe('ScarlineError')
      }
    }
    expect(failures).toBeGreaterThan(0)
  })
})
