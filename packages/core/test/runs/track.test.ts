import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Run } from '../../src/model/run-event.ts'
import { setLocked } from '../../src/runs/lock.ts'
import { addPrompts } from '../../src/runs/prompt.ts'
import { track } from '../../src/runs/track.ts'
import { type SiteFolder, openSiteFolder } from '../../src/site/site-folder.ts'
import type { Segmenter } from '../../src/tracking/segmenter.ts'
import { GRID, lngLatOf, smallSite } from './small-site.ts'

/**
 * An engine whose mask is the frame's bare ground, less one column for every negative point, plus the
 * first pixel for every accepted mask: so its answers show what it was given.
 */
function plainSegmenter(onFrame?: (index: number) => void): Segmenter {
  const close = async (): Promise<void> => {}
  return {
    id: 'plain',
    modelHash: 'plain-1',
    async open(source) {
      return {
        async *segment({ objectId, prompts, accepted, frameIndices }, signal) {
          const negatives = prompts.filter((p) => p.kind === 'point' && !p.positive).length
          for (const frameIndex of frameIndices) {
            signal?.throwIfAborted()
            const ndvi = await source.readNdvi(frameIndex)
            const limit = 4 + frameIndex - negatives
            const mask = Uint8Array.from(ndvi, (v, i) =>
              v < 0.1 && i % GRID.width < limit ? 1 : 0,
            )
            for (let i = 0; i < accepted.length; i++) mask[191 - i] = 1
            yield {
              frameIndex,
              objectId,
              mask,
              probability: Float32Array.from(mask),
              confidence: { score: 1, parts: { model: 1 } },
              flags: [],
            }
            onFrame?.(frameIndex)
          }
        },
        close,
        [Symbol.asyncDispose]: close,
      }
    },
  }
}

async function drain<T>(run: Run<T>): Promise<T> {
  for (;;) {
    const step = await run.next()
    if (step.done) return step.value
  }
}

async function masksOf(folder: SiteFolder): Promise<Record<string, string>> {
  const names = (await readdir(join(folder.dir, 'masks'))).sort()
  const pairs = names.map(
    async (name) =>
      [name, (await readFile(join(folder.dir, 'masks', name))).toString('base64')] as const,
  )
  return Object.fromEntries(await Promise.all(pairs))
}

let dir: string
let folder: SiteFolder
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-track-'))
  folder = await smallSite(join(dir, 'site'), 7)
})
afterEach(async () => {
  await folder.close()
  await rm(dir, { recursive: true, force: true })
})

const prompt = (frame: string, kind: 'positive' | 'negative' = 'positive'): Promise<unknown> =>
  addPrompts(folder, { frame, [kind]: [lngLatOf(1, 1)] })

describe('track', () => {
  it('needs a positive prompt', async () => {
    await expect(drain(track(folder, { segmenter: plainSegmenter() }))).rejects.toMatchObject({
      code: 'missing-step',
    })
    await prompt('0', 'negative')
    await expect(drain(track(folder, { segmenter: plainSegmenter() }))).rejects.toThrow(/positive/)
  })

  it('stores a mask, its area and its confidence for every frame', async () => {
    await prompt('2020-01-15')
    const summary = await drain(track(folder, { segmenter: plainSegmenter() }))
    expect(summary).toMatchObject({ computed: 7, kept: 0, objects: [1], resumed: false })
    const state = await folder.readTrack()
    expect(state?.frames.map((frame) => frame.areaM2)).toEqual(
      [4, 5, 6, 7, 8, 9, 10].map((columns) => columns * 12 * 4),
    )
    expect(state?.frames[3]?.confidence.parts).toEqual({
      model: 1,
      validFraction: 1,
      threshold: 1,
      jump: 1,
    })
    expect(state?.run).toBeNull()
  })

  it('does nothing the second time', async () => {
    await prompt('0')
    await drain(track(folder, { segmenter: plainSegmenter() }))
    const before = await masksOf(folder)
    const summary = await drain(track(folder, { segmenter: plainSegmenter() }))
    expect(summary).toMatchObject({ computed: 0, kept: 7, changes: [] })
    expect(await masksOf(folder)).toEqual(before)
  })

  it('carries a correction up to the locked frames and says what it changed', async () => {
    await prompt('0')
    await drain(track(folder, { segmenter: plainSegmenter() }))
    await setLocked(folder, { frames: ['2', '6'], locked: true })
    const before = await masksOf(folder)
    await prompt('4', 'negative')
    const summary = await drain(track(folder, { segmenter: plainSegmenter() }))
    const after = await masksOf(folder)
    const changed = Object.keys(after).filter((name) => after[name] !== before[name])
    expect(changed.map((name) => name.slice(0, 4))).toEqual(['0003', '0004', '0005'])
    // One column lost to the negative point; three accepted masks (0, 2 and 6) add a pixel each.
    expect(summary.changes.map(({ gainedM2, lostM2 }) => [gainedM2, lostM2])).toEqual(
      [0, 1, 2].map(() => [3 * 4, 12 * 4]),
    )
  })

  it('keeps a corrected frame bit-identical when another correction is carried on', async () => {
    await prompt('0')
    await drain(track(folder, { segmenter: plainSegmenter() }))
    await prompt('4', 'negative')
    await drain(track(folder, { segmenter: plainSegmenter() }))
    const before = await masksOf(folder)
    await prompt('5', 'negative')
    await drain(track(folder, { segmenter: plainSegmenter() }))
    const after = await masksOf(folder)
    const same = Object.keys(after).filter((name) => after[name] === before[name])
    expect(same.map((name) => name.slice(0, 4))).toEqual(['0000', '0004'])
  })

  it('resumes after an interruption and ends with the same masks as without one', async () => {
    await prompt('0')
    await drain(track(folder, { segmenter: plainSegmenter() }))
    await prompt('3', 'negative')
    const other = await smallSite(join(dir, 'other'), 7)
    await other.writePrompts(
      (await folder.readPrompts()).filter(({ kind }) => kind === 'point').slice(0, 1),
    )
    await drain(track(other, { segmenter: plainSegmenter() }))
    await other.writePrompts(await folder.readPrompts())
    await drain(track(other, { segmenter: plainSegmenter() }))

    const controller = new AbortController()
    const stopAt = plainSegmenter((index) => index === 4 && controller.abort())
    await expect(
      drain(track(folder, { segmenter: stopAt, signal: controller.signal })),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect((await folder.readTrack())?.run?.pending.length).toBe(2)
    await folder.close()
    folder = await openSiteFolder(folder.dir)
    const summary = await drain(track(folder, { segmenter: plainSegmenter() }))
    expect(summary).toMatchObject({ resumed: true, computed: 2 })
    expect(await masksOf(folder)).toEqual(await masksOf(other))
    await other.close()
  })

  it('tracks several objects apart', async () => {
    await prompt('0')
    await addPrompts(folder, { frame: '2', objectId: 2, positive: [lngLatOf(2, 2)] })
    const summary = await drain(track(folder, { segmenter: plainSegmenter() }))
    expect(summary).toMatchObject({ objects: [1, 2], computed: 14 })
    expect(await readdir(join(folder.dir, 'masks/object-2'))).toHaveLength(7)
  })

  it('makes a mask again whose file is gone', async () => {
    await prompt('0')
    await drain(track(folder, { segmenter: plainSegmenter() }))
    const before = await masksOf(folder)
    await rm(join(folder.dir, 'masks/0003_2020-04-15.tif'))
    await drain(track(folder, { segmenter: plainSegmenter() }))
    expect(Object.keys(await masksOf(folder))).toEqual(Object.keys(before))
  })

  it('drops an object that has no prompts any more', async () => {
    await prompt('0')
    await addPrompts(folder, { frame: '2', objectId: 2, positive: [lngLatOf(2, 2)] })
    await drain(track(folder, { segmenter: plainSegmenter() }))
    await addPrompts(folder, { frame: '2', objectId: 2, replace: true })
    const summary = await drain(track(folder, { segmenter: plainSegmenter() }))
    expect(summary).toMatchObject({ objects: [1], computed: 0, kept: 7 })
    expect(await readdir(join(folder.dir, 'masks/object-2'))).toEqual([])
  })

  it('renames masks when an earlier frame is dropped, and keeps its prompts on their dates', async () => {
    await prompt('3')
    await drain(track(folder, { segmenter: plainSegmenter() }))
    const before = await masksOf(folder)
    const list = await folder.readFrames()
    const frames = list.frames.slice(1).map((frame, index) => ({ ...frame, index }))
    await folder.writeFrames({ ...list, frames })
    const summary = await drain(track(folder, { segmenter: plainSegmenter() }))
    expect(summary).toMatchObject({ computed: 0, kept: 6 })
    const after = await masksOf(folder)
    expect(Object.keys(after)[0]).toBe('0000_2020-02-15.tif')
    expect(after['0000_2020-02-15.tif']).toBe(before['0001_2020-02-15.tif'])
    expect(Object.keys(after)).toHaveLength(6)
  })
})

describe('setLocked', () => {
  it('refuses frames that have no mask', async () => {
    await expect(setLocked(folder, { frames: ['0'], locked: true })).rejects.toMatchObject({
      code: 'missing-step',
    })
  })
})

describe('addPrompts', () => {
  it('refuses places outside the grid and frames that are not there', async () => {
    await expect(addPrompts(folder, { frame: '0', positive: [[0, 0]] })).rejects.toThrow(/outside/)
    await expect(addPrompts(folder, { frame: '99', positive: [lngLatOf(1, 1)] })).rejects.toThrow(
      'got frame 99, expected 0 to 6',
    )
    await expect(
      addPrompts(folder, { frame: '2020-02-20', positive: [lngLatOf(1, 1)] }),
    ).rejects.toThrow(/nearest is 2020-02-15/)
    await expect(addPrompts(folder, { frame: '0' })).rejects.toThrow(/no prompt/)
  })
})
