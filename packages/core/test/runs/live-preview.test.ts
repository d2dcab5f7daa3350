import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type LivePreview,
  type LiveQuestion,
  openLivePreview,
} from '../../src/runs/live-preview.ts'
import { OWN_PROCESS } from '../../src/site/process-name.ts'
import type { SiteFolder } from '../../src/site/site-folder.ts'
import { createNdviSegmenter } from '../../src/tracking/ndvi/ndvi-segmenter.ts'
import { lngLatOf, smallSite } from './small-site.ts'

const HOST = OWN_PROCESS.slice(0, OWN_PROCESS.lastIndexOf('-'))
/** No process has that number. */
const DEAD = 2 ** 22 + 1

let dir: string
let folder: SiteFolder

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-live-'))
  folder = await smallSite(join(dir, 'site'), 6)
})

afterEach(async () => {
  await folder.close()
  await rm(dir, { recursive: true, force: true })
})

async function liveScratches(): Promise<string[]> {
  const names = await readdir(join(folder.dir, '.cache'))
  return names.filter((name) => name.startsWith('live-'))
}

async function click(): Promise<LiveQuestion> {
  const { frames } = await folder.readFrames()
  const sceneId = frames[2]?.sceneId as string
  const own = { sceneId, objectId: 1, by: null, at: '', why: null }
  return {
    ...{ sceneId, objectId: 1, standing: [], region: null, base: null },
    prompts: [{ ...own, id: 'a', kind: 'point', positive: true, lngLat: lngLatOf(1, 6) }],
  }
}

async function practiseFully(live: LivePreview): Promise<void> {
  let rounds = 0
  while (await live.practise()) rounds += 1
  expect(rounds).toBeLessThan(20)
  expect(await live.practise()).toBe(false)
}

describe('openLivePreview', () => {
  it('answers the same after practice, which ends', async () => {
    const list = await folder.readFrames()
    const answers = []
    for (const isPractised of [false, true]) {
      const live = await openLivePreview(folder, list, { segmenter: createNdviSegmenter() })
      if (isPractised) await practiseFully(live)
      const { mask, ...rest } = await live.answer(await click())
      answers.push({ ...rest, mask: [...mask] })
      await live.close()
    }
    expect(answers[0]?.areaM2).toBeGreaterThan(0)
    expect(answers[1]).toEqual(answers[0])
  })

  it('throws away what a process left that ended in the middle, and nobody else’s', async () => {
    const left = [
      `live-ndvi-${HOST}-${DEAD}-a`,
      `live-ndvi-${OWN_PROCESS}-b`,
      'live-ndvi-other-1-c',
    ]
    for (const name of left) await mkdir(join(folder.dir, '.cache', name), { recursive: true })
    const list = await folder.readFrames()
    const live = await openLivePreview(folder, list, { segmenter: createNdviSegmenter() })
    expect((await liveScratches()).sort()).toEqual(left.slice(1).sort())
    await live.close()
  })

  it('reads on only as it is let', async () => {
    let breaths = 0
    let letGo = (): void => {}
    const held = new Promise<void>((go) => {
      letGo = go
    })
    let isOpen = false
    const opening = openLivePreview(folder, await folder.readFrames(), {
      segmenter: createNdviSegmenter(),
      breathe: () => ((breaths += 1) === 4 ? held : Promise.resolve()),
    }).then((live) => {
      isOpen = true
      return live
    })
    await expect.poll(() => breaths).toBe(4)
    await new Promise((done) => {
      setTimeout(done, 50)
    })
    expect([breaths, isOpen]).toEqual([4, false])
    letGo()
    await (await opening).close()
    expect(breaths).toBeGreaterThan(10)
  })

  it('leaves nothing behind where the reading of the series is stopped', async () => {
    const stop = new AbortController()
    const opening = openLivePreview(folder, await folder.readFrames(), {
      segmenter: createNdviSegmenter(),
      signal: stop.signal,
      onProgress: ({ done }) => done > 3 && stop.abort(),
    })
    await expect(opening).rejects.toThrow(/abort/i)
    expect(await liveScratches()).toEqual([])
  })
})
