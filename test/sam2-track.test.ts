import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type LngLat,
  type Run,
  type SiteFolder,
  type Track,
  acquire,
  addPrompts,
  frames,
  initSite,
  openSiteFolder,
  setLocked,
  simulate,
} from '@scarline/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NANO_CONFIG, nanoCheckpoint } from '../packages/core/test/tracking/nano-checkpoint.ts'
import { startArchiveServer } from '../packages/scarline/src/server/archive-server.ts'
import { type CommandResult, resultOf, scarlineHere, startScarline } from './command-line.ts'

const SPAN = { from: '2018-06-01', to: '2019-01-31' }

let dir: string
let site: string
let whole: string

const env = (): Record<string, string> => ({ SCARLINE_MODELS: join(dir, 'models') })
const here = (...args: string[]): Promise<CommandResult> =>
  scarlineHere(args, env()['SCARLINE_MODELS'])

/** Runs the command to its end, in a process of its own. */
async function done(...args: string[]): Promise<CommandResult> {
  const result = await startScarline(args, env()).finished
  expect(result.stderr).not.toContain('scarline:')
  expect(result.code).toBe(0)
  return result
}

async function masksOf(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(join(folder, 'masks'))).sort()
  const pairs = names.map(
    async (name) =>
      [name, (await readFile(join(folder, 'masks', name))).toString('base64')] as const,
  )
  return new Map(await Promise.all(pairs))
}

const trackOf = async (folder: string): Promise<Track> =>
  JSON.parse(await readFile(join(folder, 'track.json'), 'utf8')) as Track

async function finish<Summary>(run: Run<Summary>): Promise<Summary> {
  for (;;) {
    const step = await run.next()
    if (step.done) return step.value
  }
}

/** Works on the site without the command. */
async function onSite(work: (folder: SiteFolder) => Promise<unknown>): Promise<void> {
  const folder = await openSiteFolder(site)
  try {
    await work(folder)
  } finally {
    await folder.close()
  }
}

interface Valley {
  bbox: number[]
  prompts: { frame_date: string; positive: LngLat[]; negative: LngLat[] }
}
let valley: Valley

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-sam2-'))
  site = join(dir, 'site')
  whole = join(dir, 'whole')
  const archive = join(dir, 'archive')
  const size = { sizeM: 600, sceneCount: 12 }
  await finish(simulate(archive, { scenario: 'baige', seed: 5, ...size, ...SPAN }))
  valley = JSON.parse(await readFile(join(archive, 'site.json'), 'utf8')) as Valley
  const server = await startArchiveServer({ dir: archive })
  try {
    const where = { stac: server.url, collection: 'sentinel-2-l2a' }
    const folder = await initSite(site, {
      bbox: valley.bbox.join(','),
      ...where,
      ...SPAN,
      pixelSizeM: 4,
    })
    await finish(acquire(folder, {}))
    await finish(frames(folder, { video: false }))
    const { frame_date: frame, positive, negative } = valley.prompts
    await addPrompts(folder, { frame, positive, negative })
    await folder.close()
  } finally {
    await server.close()
  }
  await writeFile(join(dir, 'nano.safetensors'), nanoCheckpoint())
  await writeFile(join(dir, 'nano.json'), JSON.stringify(NANO_CONFIG))
  await cp(site, whole, { recursive: true })
}, 90_000)

afterAll(async () => {
  await rm(dir, { recursive: true, force: true })
})

describe('tracking with a model of the user', () => {
  it('takes a model in, lists what there is, and names those there are for a wrong one', async () => {
    const files = [join(dir, 'nano.safetensors'), '--config', join(dir, 'nano.json')]
    const imported = await here('models', 'import', ...files, '--json')
    expect(resultOf(imported)).toMatchObject({ id: 'nano', configName: 'nano-128' })
    const { models } = resultOf<{ models: { id: string; present: boolean }[] }>(
      await here('models', '--json'),
    )
    expect(models).toHaveLength(9)
    expect(models.at(-1)).toMatchObject({ id: 'nano', present: true })
    const wrong = await here('track', whole, '--segmenter', 'nemo')
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toMatch(/expected one of ndvi, sam2\.1-hiera-tiny, .*, nano\./)
    const absent = await here('track', whole, '--segmenter', 'sam2.1-hiera-large')
    expect(absent.code).toBe(1)
    expect(absent.stderr.trim().split('\n')).toHaveLength(1)
    expect(absent.stderr).toMatch(/models pull sam2\.1-hiera-large.*--segmenter ndvi/)
  }, 60_000)

  it('says which engine it takes where none is named', async () => {
    const { stderr } = await here('track', join(dir, 'nowhere'))
    expect(stderr).toContain('segmenter: ndvi; scarline models pull sam2.1-hiera-tiny')
  }, 60_000)

  it('tracks every frame and ends with the same masks after a kill', async () => {
    const undisturbed = await done('track', whole, '--segmenter', 'nano', '--json')
    expect(undisturbed.stderr).toContain('segmenter: nano (nano-128)')
    const { computed } = resultOf<{ computed: number }>(undisturbed)
    expect(computed).toBeGreaterThan(5)
    const { frames } = await trackOf(whole)
    for (const frame of frames) {
      expect(frame.segmenter).toBe('nano')
      expect(Object.keys(frame.confidence.parts)).toEqual(
        expect.arrayContaining(['presence', 'boundary', 'validFraction', 'threshold', 'jump']),
      )
    }
    expect(new Set(frames.map(({ areaM2 }) => areaM2)).size).toBeGreaterThan(2)

    const { child, finished } = startScarline(['track', site, '--segmenter', 'nano'], env())
    const count = async (): Promise<number> =>
      (await readdir(join(site, 'masks')).catch(() => [])).length
    while (child.exitCode === null && (await count()) < 3) await sleep(5)
    child.kill('SIGKILL')
    await finished
    expect(await count()).toBeLessThanOrEqual(computed)
    const resumed = await done('track', site, '--segmenter', 'nano', '--json')
    expect(resultOf<{ resumed: boolean }>(resumed).resumed).toBe(true)
    expect(await masksOf(site)).toEqual(await masksOf(whole))
    expect(await readdir(join(site, '.cache'))).not.toContain('nano')
  }, 60_000)

  it('carries a correction on and leaves locked frames as they are', async () => {
    const before = await masksOf(site)
    const names = [...before.keys()]
    await onSite(async (folder) => {
      await setLocked(folder, { frames: ['1'], locked: true })
      const positive = valley.prompts.negative.slice(0, 1)
      await addPrompts(folder, { frame: String(names.length - 2), positive })
    })
    const tracked = await done('track', site, '--segmenter', 'nano', '--json')
    const { changes } = resultOf<{ changes: unknown[] }>(tracked)
    const after = await masksOf(site)
    const changed = names.filter((name) => before.get(name) !== after.get(name))
    expect(changed).toHaveLength(changes.length)
    expect(changed).toContain(names.at(-2))
    expect(changed).not.toContain(names[1])
  }, 60_000)
})
