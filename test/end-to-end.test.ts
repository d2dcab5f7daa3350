import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSiteFolder } from '@scarline/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ArchiveServer,
  startArchiveServer,
} from '../packages/scarline/src/server/archive-server.ts'
import { resultOf, scarline, scarlineHere, startScarline } from './command-line.ts'

const FROM = '2018-05-01'
const TO = '2019-04-30'
const hasGdal = spawnSync('gdalinfo', ['--version']).status === 0
const hasFfprobe = spawnSync('ffprobe', ['-version']).status === 0
if (!hasGdal) console.warn('skipped in part: GDAL is not on the PATH')
if (!hasFfprobe) console.warn('skipped in part: ffprobe is not on the PATH')

let dir: string
let archive: string
let site: string
let server: ArchiveServer
let valley: {
  bbox: number[]
  prompts: { frame_date: string; positive: number[][]; negative: number[][] }
}

const points = (kind: 'positive' | 'negative'): string[] =>
  valley.prompts[kind].flatMap((lngLat) => [`--${kind}`, lngLat.join(',')])

function initArgs(name: string): string[] {
  return [
    ...['init', name, '--bbox', valley.bbox.join(','), '--from', FROM, '--to', TO],
    ...['--stac', server.url, '--collection', 'sentinel-2-l2a', '--pixel-size', '4'],
  ]
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-e2e-'))
  archive = join(dir, 'archive')
  site = join(dir, 'site')
  const made = await scarlineHere([
    ...['simulate', archive, '--seed', '11', '--size-m', '800', '--scenes', '14'],
    ...['--from', FROM, '--to', TO],
  ])
  expect(made.stderr).not.toContain('error')
  expect(made.code).toBe(0)
  valley = JSON.parse(await readFile(join(archive, 'site.json'), 'utf8'))
  server = await startArchiveServer({ dir: archive })
}, 90_000)

afterAll(async () => {
  await server?.close()
  await rm(dir, { recursive: true, force: true })
})

describe('the main job on the command line', () => {
  it('goes from the archive to frames', async () => {
    expect((await scarlineHere(initArgs(site))).code).toBe(0)
    const acquired = await scarline('acquire', site, '--json')
    expect(acquired.stderr).not.toContain('scarline:')
    expect(resultOf<{ kept: number }>(acquired).kept).toBeGreaterThanOrEqual(8)
    const framed = await scarline('frames', site, '--json')
    expect(framed.code).toBe(0)
  }, 90_000)

  it('tracks from a few clicks, analyses, verifies and reports', async () => {
    const prompted = await scarlineHere([
      ...['prompt', site, '--frame', valley.prompts.frame_date],
      ...points('positive'),
      ...points('negative'),
    ])
    expect(prompted.stderr).toBe('')
    const ran = await scarline('run', site, '--truth', join(archive, 'truth'), '--json')
    expect(ran.stderr).not.toContain('scarline:')
    const { verification } = resultOf<{ verification: { mean: { iou: number } } }>(ran)
    expect(verification.mean.iou).toBeGreaterThan(0.6)
    expect(await readFile(join(site, 'report.html'), 'utf8')).toContain(
      'Contains modified Copernicus Sentinel data',
    )
  }, 120_000)

  it.skipIf(!hasGdal)('leaves masks that GDAL reads on the right grid', async () => {
    const [first] = (await readdir(join(site, 'masks'))).sort()
    const info = JSON.parse(
      execFileSync('gdalinfo', [
        '-json',
        '-stats',
        join(site, 'masks', first as string),
      ]).toString(),
    ) as {
      size: number[]
      geoTransform: number[]
      stac: { 'proj:epsg': number }
      bands: { type: string; minimum: number; maximum: number }[]
    }
    const { grid } = JSON.parse(await readFile(join(site, 'site.json'), 'utf8')) as {
      grid: { epsg: number; width: number; height: number; transform: number[] }
    }
    expect(info.size).toEqual([grid.width, grid.height])
    expect(info.stac['proj:epsg']).toBe(grid.epsg)
    expect([info.geoTransform[0], info.geoTransform[3]]).toEqual([
      grid.transform[2],
      grid.transform[5],
    ])
    expect(info.bands[0]).toMatchObject({ type: 'Byte', minimum: 0, maximum: 1 })
  })

  it.skipIf(!hasGdal)('leaves dated boundaries that ogrinfo lists', () => {
    const text = execFileSync('ogrinfo', [
      '-al',
      '-geom=NO',
      join(site, 'analysis/boundaries.gpkg'),
    ])
    expect(text.toString()).toMatch(/valid_from \(DateTime\) = 2018\/\d\d\/\d\d/)
    expect(text.toString()).toMatch(/area_m2 \(Real\) = \d+/)
  })

  it.skipIf(!hasFfprobe)('leaves a video with one picture a frame', async () => {
    const { frames } = JSON.parse(await readFile(join(site, 'frames.json'), 'utf8')) as {
      frames: unknown[]
    }
    const text = execFileSync('ffprobe', [
      ...['-v', 'error', '-count_frames', '-show_entries', 'stream=codec_name,nb_read_frames'],
      ...['-of', 'csv=p=0', join(site, 'frames.mp4')],
    ]).toString()
    expect(text.trim()).toBe(`h264,${frames.length}`)
  })

  it('does nothing again when run again, and keeps locked frames when a correction is carried on', async () => {
    const masks = async (): Promise<Map<string, string>> => {
      const names = await readdir(join(site, 'masks'))
      return new Map(
        await Promise.all(
          names.map(
            async (name) =>
              [name, (await readFile(join(site, 'masks', name))).toString('base64')] as const,
          ),
        ),
      )
    }
    const before = await masks()
    expect((await scarlineHere(['track', site])).stderr).toContain('0 masks to compute')
    expect((await scarlineHere(['lock', site, '--frame', '3'])).code).toBe(0)
    const wrong = (valley.prompts.positive[0] as number[]).join(',')
    const corrected = await scarlineHere(['prompt', site, '--frame', '5', '--negative', wrong])
    expect(corrected.code).toBe(0)
    const tracked = await scarlineHere(['track', site])
    expect(tracked.stderr).not.toContain('scarline:')
    const after = await masks()
    const names = [...before.keys()].sort()
    for (const name of names.slice(0, 4)) expect(after.get(name), name).toBe(before.get(name))
    expect(after.get(names[5] as string)).not.toBe(before.get(names[5] as string))
  }, 60_000)
})

describe('bad input gets one line and an exit code', () => {
  const oneLine = (text: string): string[] =>
    text.split('\n').filter((line) => line.startsWith('scarline: '))

  it('for usage: 2', async () => {
    for (const [args, message] of [
      [['init', join(dir, 'x'), '--bbox', valley.bbox.join(','), '--from', TO, '--to', FROM], FROM],
      [['track', site, '--segmenter', 'magic'], 'expected one of ndvi'],
      [['prompt', site, '--frame', '2011-01-01', '--positive', '98.5,31.0'], 'nearest is'],
      [['prompt', site, '--frame', '0', '--positive', '98.5;31.0'], 'LNG,LAT'],
      [['simulate', join(dir, 'y'), '--scenario', 'vesuvius'], 'baige or sela'],
    ] as [string[], string][]) {
      const result = await scarlineHere(args)
      expect(result.code, args.join(' ')).toBe(2)
      expect(oneLine(result.stderr)).toHaveLength(1)
      expect(oneLine(result.stderr)[0]).toContain(message)
    }
    expect((await scarlineHere(['frames'])).code).toBe(2)
    expect((await scarlineHere(['no-such-command'])).code).toBe(2)
    expect((await scarlineHere([])).code).toBe(2)
    expect((await scarline('no-such-command')).code).toBe(2)
  }, 60_000)

  it('for failures: 1, also as JSON', async () => {
    const none = join(dir, 'none')
    await scarlineHere([
      ...['init', none, '--bbox', '10,45,10.02,45.02', '--from', FROM, '--to', TO],
      ...['--stac', server.url, '--collection', 'sentinel-2-l2a'],
    ])
    const result = await scarline('acquire', none, '--json')
    expect(result.code).toBe(1)
    expect(JSON.parse(result.stdout)).toMatchObject({ ok: false, error: { code: 'no-scenes' } })
    const missing = await scarlineHere(['frames', join(dir, 'nowhere')])
    expect(missing.code).toBe(1)
    expect(oneLine(missing.stderr)[0]).toContain('is not a site')
  }, 60_000)

  it('as one JSON document for options it does not know, too', async () => {
    for (const args of [['nonsense'], ['init', site], ['frames', site, 'more']]) {
      const result = await scarlineHere([...args, '--json'])
      expect(result.code).toBe(2)
      expect(JSON.parse(result.stdout)).toMatchObject({ ok: false, error: { code: 'usage' } })
    }
  }, 60_000)

  it('for a box beside the site, which is not kept', async () => {
    const before = await readFile(join(site, 'prompts.json'), 'utf8')
    const result = await scarlineHere(['prompt', site, '--frame', '0', '--box', '1,2,3,4'])
    expect([result.code, oneLine(result.stderr).length]).toEqual([1, 1])
    expect(await readFile(join(site, 'prompts.json'), 'utf8')).toBe(before)
  }, 60_000)

  it('none of it for a reader that leaves', () => {
    const pipe = `"${process.execPath}" packages/scarline/bin/scarline.js scenes "${site}" | head -1`
    const result = spawnSync('bash', ['-o', 'pipefail', '-c', pipe], { encoding: 'utf8' })
    expect([result.status, result.stderr]).toEqual([0, ''])
  })

  it('for help and version: 0', async () => {
    expect((await scarline('--help')).code).toBe(0)
    for (const args of [
      ['lock', '--help'],
      ['help', 'lock'],
    ]) {
      const { code, stdout } = await scarlineHere(args)
      expect([code, stdout.includes('--frame <date|index...>')], args.join(' ')).toEqual([0, true])
    }
    expect((await scarline('--version')).stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/)
  })
})

describe('interruptions', () => {
  it('Ctrl-C during acquire ends with 130; the next run goes on and ends with the same scenes', async () => {
    const cut = join(dir, 'cut')
    expect((await scarlineHere(initArgs(cut))).code).toBe(0)
    const { child, finished } = startScarline(['acquire', cut, '--concurrency', '1', '--json'])
    await new Promise<void>((done) => {
      child.stderr?.on('data', (chunk) => String(chunk).includes('acquire:') && done())
      child.on('close', () => done())
    })
    child.kill('SIGINT')
    const ended = await finished
    expect(ended.code).toBe(130)
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'cancelled' } })
    expect((await scarlineHere(['acquire', cut])).code).toBe(0)
    const scenes = async (path: string): Promise<unknown> =>
      JSON.parse(await readFile(join(path, 'scenes.json'), 'utf8'))
    expect(await scenes(cut)).toEqual(await scenes(site))
  }, 90_000)

  it('a disk that takes no more loses nothing; the next run goes on and ends with the same files', async () => {
    const full = join(dir, 'full')
    expect((await scarlineHere(initArgs(full))).code).toBe(0)
    // Files above 20 KiB are cut off in the middle, as on a full disk.
    const limited = (...args: string[]): Promise<string> =>
      new Promise((done) => {
        const command = [process.execPath, 'packages/scarline/bin/scarline.js', ...args, '--json']
        const bash = ['-c', 'ulimit -f 20; exec "$@"', 'bash', ...command]
        execFile('bash', bash, (_error, stdout) => done(stdout))
      })
    const isWhole = async (): Promise<void> => {
      for (const name of (await readdir(full)).filter((one) => one.endsWith('.json')))
        JSON.parse(await readFile(join(full, name), 'utf8'))
    }
    expect(JSON.parse(await limited('acquire', full))).toMatchObject({ error: { code: 'disk' } })
    await isWhole()
    expect((await scarlineHere(['acquire', full])).code).toBe(0)
    expect(JSON.parse(await limited('frames', full))).toMatchObject({ error: { code: 'disk' } })
    await isWhole()
    expect((await scarlineHere(['frames', full])).code).toBe(0)
    for (const name of ['scenes.json', 'frames.json'])
      expect(await readFile(join(full, name))).toEqual(await readFile(join(site, name)))
  }, 90_000)

  it('a command on a site that another process works on is refused', async () => {
    const folder = await openSiteFolder(join(dir, 'cut'))
    try {
      const second = await scarline('frames', join(dir, 'cut'))
      expect(second.code).toBe(1)
      expect(second.stderr).toContain('in use by another command')
    } finally {
      await folder.close()
    }
  }, 60_000)
})
