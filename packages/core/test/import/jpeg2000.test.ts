import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { bytesSource } from '../../src/cog/byte-source.ts'
import { readRaster } from '../../src/cog/read-geotiff.ts'
import { encodeCog } from '../../src/cog/write-cog.ts'
import { openJpeg2000, openJpeg2000File } from '../../src/import/jpeg2000/read-jpeg2000.ts'

const hasGdal = spawnSync('gdal_translate', ['--version']).status === 0
if (!hasGdal)
  process.stderr.write('skipped: JPEG 2000 against GDAL (gdal_translate is not on the PATH)\n')

/**
 * 45 x 40 pixels, value 500 + 3 x^2 + 40 y + (7 x + 13 y) % 8, made from those by
 * gdal_translate -of JP2OpenJPEG -co CODEC=J2K -co QUALITY=100 -co REVERSIBLE=YES -co BLOCKXSIZE=32
 * -co BLOCKYSIZE=32 -co RESOLUTIONS=3: nothing here encodes JPEG 2000.
 */
const SMALL = Buffer.from(
  `/0//UQApAAIAAAAtAAAAKAAAAAAAAAAAAAAAIAAAACAAAAAAAAAAAAABDwEB/1IADwEAAAEAAgQEAAGXmJn/XAAKQICI
   iJCIiJD/ZAA9AAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjAuIExPU1NMRVNTIHNldHRpbmdzIHVzZWT/
   kAAKAAAAAAHMAAH/k8/8MYwRUFSvg8UAABmiwhYFlWiC/OsVBrnTkS6Nq9zuRzDsRMt1ajfMdvel4FgfyW7l8qWpjV+G
   hrcmgNgo5YucMceYu5F50eCtYWcmIhLnqmtZvWybmaz9SzVJ/zx8f9jMkFVx/3/AH5ksAH2isAAPhSA2oYR0tM89QAAG
   VsuzypoH+r73tVUgefrOcIgazu2cflb9wpHfPaY0NDKkBdEcrkwn0X4lWF4ncTF+EX85nw2tFM1ZVBPbJJCPbQXHwA/B
   ZgAfUzwAB8jMX6fHifnVyGrLFUk7mvdNwBwgX9SYnpxok/rGiYpkqVIWnURNljA85aaHIpMZHhJVEb4kOZnMBB2EWtuv
   QjIgkUkYuFmZMvlinJtYFhLfm1pHj1sMCI3uND+drClAg3l8UvmzQCQ5YtHe8MHUYUH3Ha3X9fS8o0GQrChcD2iFkQXW
   vibDPrUOsxzTWearATAFiXKp83YzZ6hWLjP/IBlxhnvMn43WJPybOF5N5JTo0N5ksvg+vRKCI723ZddwuRvvrZioBgTL
   S960uPZ7lwyiVXiToQ923g5k/WAEKjAG/U0Xk0YlkDCWTfYRrDd10hzQxTyf/5AACgABAAAA9wAB/5PP/DDcEVBSuNN9
   OmRQEUnwbyWMvKR4+la28yD4Cu82X5R1NX4VDh4KlMp+BAX9BwtT53t/ZWt6Jdna1MAA+QZAB9ohAAD4ShFQM7ViR7ox
   R58I1ykhDIUzEqDX0YwC7GYJkTURfzCJaG34aGjvwAB8L8AD6jmAAHwrgAYPPV8qpgcUUbgVi2cqmaxJKzoZtXYbBx3P
   +60tVSyAUv1MfJva2MapS9YGsjF0BBTvo1ArvJLEcrzLeRQYYyc4ob5sxSvpTkZ4GWESoRsWrINemuMvAHAG/VyL2Qc0
   ghnbqe6b20Fh1gdDcMy35/+QAAoAAgAAAMEAAf+Tz/wweAiQ+dmZj4GkNKizMuCbJ/LRsRUHko0poxMmEG0Af8AfmHQA
   faFwAA+EcCaGGJeBo6ggvqN8WibXC0QCwrxRWvDXERMGsOxUUHh7wA/AggAfUTQAB8hMX6X40KowDAX0vAC9rVWaCADh
   w28YSzLDxl9hpkS5SD8DhOfzFT4M+bNAJDli0d7wwdRlX389isN71pujbe7rDURivmbnx2I3o+Oc1uUwZX2uVP80uIan
   dqv/kAAKAAMAAAB0AAH/k8/8MEAIj/9uiu5pEJJUigQS/Sj9wAD5AsAH2g8AAPhECIv0qT8LQV9fZHlnBpl1g8AAfCXA
   A+oVgAB8JIAGDz1fKtAG8+22PwODx6GIDrYxqlM72dW6kxNxOLhoHwb9VMBq2FYON//Z`,
  'base64',
)
const SMALL_WIDTH = 45
const SMALL_HEIGHT = 40
const smallPixel = (x: number, y: number): number =>
  500 + 3 * x * x + 40 * y + ((7 * x + 13 * y) % 8)

/** Bytes of the codestream with one number changed; offsets are in SIZ and COD, which come first. */
function forged(offset: number, bits: 8 | 16 | 32, value: number): Uint8Array {
  const bytes = Uint8Array.from(SMALL)
  const view = new DataView(bytes.buffer)
  if (bits === 8) view.setUint8(offset, value)
  else if (bits === 16) view.setUint16(offset, value)
  else view.setUint32(offset, value)
  return bytes
}

async function readAll(bytes: Uint8Array, name: string): Promise<ArrayLike<number>> {
  await using handle = await openJpeg2000(bytesSource(bytes, name))
  const { width, height } = handle
  return await handle.readWindow({ col: 0, row: 0, width, height })
}

const CORRUPT = {
  name: 'ScarlineError',
  code: 'corrupt-file',
  message: expect.stringMatching(/^\S+: got [^\n]*, expected a whole JPEG 2000 file$/),
}

describe('openJpeg2000 on a bare codestream', () => {
  it('gives back lossless pixels exactly, whole and in windows across tiles', async () => {
    await using handle = await openJpeg2000(bytesSource(SMALL, 'small.j2k'))
    expect(handle).toMatchObject({ width: SMALL_WIDTH, height: SMALL_HEIGHT, georeference: null })
    const windows = [
      { col: 0, row: 0, width: SMALL_WIDTH, height: SMALL_HEIGHT },
      { col: 0, row: 0, width: 5, height: 4 },
      { col: 30, row: 29, width: 4, height: 7 },
      { col: 33, row: 1, width: 9, height: 3 },
      { col: 2, row: 35, width: 3, height: 5 },
      { col: 40, row: 33, width: 5, height: 7 },
    ]
    for (const window of windows) {
      const expected = Uint16Array.from({ length: window.width * window.height }, (_, i) =>
        smallPixel(window.col + (i % window.width), window.row + Math.floor(i / window.width)),
      )
      expect(await handle.readWindow(window)).toEqual(expected)
    }
  })

  it('reads several files at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 4 }, (_, i) => readAll(SMALL, `small-${i}.j2k`)),
    )
    for (const data of all) expect(data[41 + 39 * SMALL_WIDTH]).toBe(smallPixel(41, 39))
  })

  it('prints nothing and leaves no listeners on the process', async () => {
    const events = ['uncaughtException', 'unhandledRejection', 'exit'] as const
    const listeners = (): number[] => events.map((event) => process.listenerCount(event))
    const before = listeners()
    const write = vi.spyOn(process.stdout, 'write')
    const log = vi.spyOn(console, 'log')
    try {
      await readAll(SMALL, 'small.j2k')
      await expect(readAll(broken(), 'broken.j2k')).rejects.toMatchObject(CORRUPT)
      expect(write).not.toHaveBeenCalled()
      expect(log).not.toHaveBeenCalled()
    } finally {
      write.mockRestore()
      log.mockRestore()
    }
    expect(listeners()).toEqual(before)
  })

  it('answers a codestream cut short anywhere with one clear line', async () => {
    // The last two bytes are the end marker alone: without it, all pixels are there.
    for (let length = 4; length < SMALL.length - 2; length += 7) {
      await expect(readAll(SMALL.subarray(0, length), 'cut.j2k')).rejects.toMatchObject(CORRUPT)
    }
  })

  it('names what OpenJPEG says about pixels it cannot decode, and decodes the next file', async () => {
    await expect(readAll(broken(), 'broken.j2k')).rejects.toMatchObject({
      ...CORRUPT,
      message: expect.stringContaining('got pixels that OpenJPEG cannot decode ('),
    })
    expect((await readAll(SMALL, 'small.j2k'))[0]).toBe(smallPixel(0, 0))
  })

  it('never breaks out of its errors on damaged bytes', async () => {
    let failures = 0
    for (let trial = 0; trial < 60; trial++) {
      const damaged = Uint8Array.from(SMALL)
      for (let k = 0; k <= trial % 4; k++) {
        damaged[8 + ((trial * 7919 + k * 104_729) % (SMALL.length - 8))] = (trial * 31 + k) & 255
      }
      try {
        await readAll(damaged, 'damaged.j2k')
      } catch (error) {
        failures++
        expect((error as Error).name).toBe('ScarlineError')
      }
    }
    expect(failures).toBeGreaterThan(0)
  })

  it.each([
    ['a size without its tiles', forged(8, 32, 100_000), 'corrupt-file'],
    ['a size of nothing', forged(8, 32, 0), 'corrupt-file'],
    ['tiles of nothing', forged(24, 32, 0), 'corrupt-file'],
    ['an image offset', forged(16, 32, 3), 'invalid-input'],
    ['three components', forged(40, 16, 3), 'invalid-input'],
    ['38 bits', forged(42, 8, 37), 'invalid-input'],
    ['more packets than any file has', packets(), 'corrupt-file'],
    ['one tile of 4 thousand million pixels', huge(65_536, 65_536), 'invalid-input'],
  ])('refuses %s by its header', async (_, bytes, code) => {
    await expect(readAll(bytes, 'forged.j2k')).rejects.toMatchObject({
      name: 'ScarlineError',
      code,
    })
  })
})

/** A component-wise quantisation that is cut short. */
function broken(): Uint8Array {
  const cod = 45
  return Uint8Array.from([
    ...SMALL.subarray(0, cod),
    ...[0xff, 0x5d, 0, 3, 0],
    ...SMALL.subarray(cod),
  ])
}

/** Precincts of one pixel, 65 thousand layers. */
function packets(): Uint8Array {
  const cod = 45
  const at = SMALL.readUInt16BE(cod + 2) + cod + 2
  const style = Uint8Array.from([...SMALL.subarray(cod, at), 0, 0, 0])
  style.set([0, style.length - 2, 1], 2)
  style.set([0xff, 0xff], 6)
  return Uint8Array.from([...SMALL.subarray(0, cod), ...style, ...SMALL.subarray(at)])
}

/** A size with one tile; the file's other tiles become repetitions of it. */
function huge(width: number, height: number): Uint8Array {
  const bytes = Buffer.from(SMALL)
  for (const at of [8, 24]) {
    bytes.writeUInt32BE(width, at)
    bytes.writeUInt32BE(height, at + 4)
  }
  let at = bytes.indexOf(Uint8Array.of(0xff, 0x90, 0, 10))
  while (bytes.readUInt16BE(at) === 0xff90) {
    bytes.writeUInt16BE(0, at + 4)
    at += bytes.readUInt32BE(at + 6)
  }
  return bytes
}

const WIDTH = 300
const HEIGHT = 217

describe.skipIf(!hasGdal)('openJpeg2000 against GDAL', () => {
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
    ['PCRL', []],
    ['LRCP', ['SOP=YES', 'EPH=YES', 'CODEBLOCK_STYLE=RESET,VSC,SEGSYM']],
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
})
