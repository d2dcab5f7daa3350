import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Scene, openSiteFolder } from '@scarline/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { createStudioHistory } from '../../src/server/studio/history.ts'
import {
  type HistoryStep,
  readHistory,
  writeHistory,
} from '../../src/server/studio/history-file.ts'
import type { JobWorker } from '../../src/server/studio/jobs.ts'
import { type Answer, type TestStudio, openStudio } from './harness.ts'
import { SCENES, inFolder, lngLatOf, madeSite, trackIt } from './made-site.ts'

let site: Awaited<ReturnType<typeof madeSite>>
let test: TestStudio
const sceneOf = (id: string): Scene => ({
  ...{ id, platform: 'S2A', capturedAt: '2020-01-15T00:00:00Z' },
  ...{ status: 'read', kept: true, decidedBy: 'rule', reason: null, validFraction: 1 },
  ...{ validityFractions: {}, flags: [], offset: null, shift: null, parts: [] },
  ...{ supersededItemIds: [], sunElevationDeg: 40 },
})
beforeEach(async () => {
  site = await madeSite()
  await trackIt(site.path)
  await inFolder(site.path, (folder) => folder.writeScenes(SCENES.map(sceneOf)))
  test = await openStudio({ dir: site.dir })
})
afterEach(async () => {
  await test[Symbol.asyncDispose]()
  await rm(site.dir, { recursive: true, force: true })
})

const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
  const { revision } = (await test.api('/sites/small')).body
  return test.api(`/sites/small${path}`, { method, revision, ...(body ? { body } : {}) })
}
const restart = async (): Promise<void> => {
  await test[Symbol.asyncDispose]()
  test = await openStudio({ dir: site.dir })
}

/** All that a person says and decides. */
async function saidAndDecided(): Promise<unknown> {
  const folder = await openSiteFolder(site.path, { lock: false })
  const track = await folder.readTrack()
  return {
    prompts: await folder.readPrompts(),
    locked: track?.frames.flatMap(({ sceneId, locked }) => (locked ? [sceneId] : [])),
    scenes: (await folder.readScenes()).map(({ id, kept, decidedBy, reason }) => [
      ...[id, kept, decidedBy, reason],
    ]),
  }
}

const square = [
  [500_004, 3_400_004],
  [500_012, 3_400_004],
  [500_012, 3_400_012],
]

describe('everything that a person does', () => {
  it('is taken back and done again, step by step, by studios that were started anew', async () => {
    const frame = { sceneId: SCENES[3], objectId: 1 }
    const { transform } = (await (await openSiteFolder(site.path, { lock: false })).readFrames())
      .grid
    const [x0, y0] = [transform[2], transform[5]]
    const rings = [square.map(([x = 0, y = 0]) => [x0 + x - 500_000, y0 - (y - 3_400_000)])]
    const [west, south] = lngLatOf(2, 8)
    const [east, north] = lngLatOf(5, 4)
    const steps: [string, string, string, unknown][] = [
      ['positive-added', 'POST', '/prompts', { ...frame, positive: [lngLatOf(2, 6)] }],
      ['negative-added', 'POST', '/prompts', { ...frame, negative: [lngLatOf(12, 6)] }],
      ['box-added', 'POST', '/prompts', { ...frame, bboxLngLat: [west, south, east, north] }],
      ['positive-added', 'POST', '/prompts', { ...frame, objectId: 2, positive: [lngLatOf(1, 2)] }],
      [
        'region-added',
        'POST',
        '/prompts',
        { ...frame, region: { kind: 'lasso', rings, add: true } },
      ],
      [
        'region-taken',
        'POST',
        '/prompts',
        { ...frame, region: { kind: 'brush', rings, add: false } },
      ],
      ['prompts-removed', 'DELETE', '/prompts', frame],
      ['locked', 'POST', '/lock', { sceneIds: [SCENES[1], SCENES[2]], locked: true }],
      ['unlocked', 'POST', '/lock', { sceneIds: [SCENES[2]], locked: false }],
      ['scenes-rejected', 'POST', '/scenes', { reject: [SCENES[4], SCENES[5]] }],
      ['scenes-kept', 'POST', '/scenes', { keep: [SCENES[5]] }],
      ['scenes-chosen', 'POST', '/scenes', { keep: [SCENES[4]], reject: [SCENES[0]] }],
    ]
    const states = [await saidAndDecided()]
    for (const [kind, method, path, body] of steps) {
      const answer = await call(method, path, body)
      expect(answer.status, `${kind} ${JSON.stringify(answer.body)}`).toBe(200)
      states.push(await saidAndDecided())
    }
    for (let i = steps.length - 1; i >= 0; i--) {
      if (i % 4 === 0) await restart()
      expect((await call('POST', '/undo')).body.words.kind).toBe(steps[i]?.[0])
      expect(await saidAndDecided(), `undo of ${steps[i]?.[0]}`).toEqual(states[i])
    }
    await restart()
    for (const [i, [kind]] of steps.entries()) {
      expect((await call('POST', '/redo')).body.words.kind).toBe(kind)
      expect(await saidAndDecided(), `redo of ${kind}`).toEqual(states[i + 1])
    }
    // Every drawing that a step names is still there.
    const { prompts } = states[6] as { prompts: { kind: string; file?: string }[] }
    for (const { file } of prompts) if (file) await readFile(join(site.path, file))
  })

  it('outlives a studio that was killed between two of the files that it writes', async () => {
    await call('POST', '/prompts', { sceneId: SCENES[2], objectId: 1, positive: [lngLatOf(2, 6)] })
    const before = await saidAndDecided()
    await call('POST', '/prompts', { sceneId: SCENES[3], objectId: 1, positive: [lngLatOf(2, 6)] })
    const after = await saidAndDecided()
    const history = join(site.path, 'studio/history.json')
    await cp(history, `${history}.then`)
    await call('POST', '/undo')
    // As if the end had come after prompts.json was written.
    await writeFile(history, await readFile(`${history}.then`))
    await restart()
    expect(await saidAndDecided()).toEqual(before)
    expect((await call('POST', '/undo')).status).toBe(200)
    expect(await saidAndDecided()).toEqual(before)
    await call('POST', '/redo')
    expect(await saidAndDecided()).toEqual(after)
  })

  it('can be taken back on the command line too', async () => {
    const before = await saidAndDecided()
    await call('POST', '/prompts', { sceneId: SCENES[3], objectId: 1, positive: [lngLatOf(2, 6)] })
    const after = await saidAndDecided()
    const told = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const lines = (): string => told.mock.calls.map(([text]) => String(text)).join('')
    try {
      expect(await main(['undo', site.path])).toBe(0)
      expect(lines()).toBe(`took back: positive added on ${SCENES[3]}\n`)
      expect(await saidAndDecided()).toEqual(before)
      expect(await main(['redo', site.path])).toBe(0)
      expect(await saidAndDecided()).toEqual(after)
      told.mockClear()
      expect(await main(['prompts', site.path, '--json'])).toBe(0)
      const { prompts } = JSON.parse(lines()).result
      expect(await main(['prompts', site.path, '--remove', prompts[1].id])).toBe(0)
      expect(await saidAndDecided()).toEqual(before)
      told.mockClear()
      expect(await main(['sites', site.dir])).toBe(0)
      expect(await main(['review', site.path])).toBe(0)
      expect(lines()).toMatch(/small {2}tracked {2}6 frames {2}to 2020-06-15 {2}[\d,]+ m²\n1 sites/)
      expect(lines()).toMatch(/ m² to gain\n/)
    } finally {
      told.mockRestore()
    }
    expect((await test.api('/sites/small')).body.prompts).toHaveLength(1)
  })
})

describe('a step', () => {
  it('holds nothing that a job wrote meanwhile', async () => {
    await inFolder(site.path, async (folder) => {
      const history = createStudioHistory()
      const prompts = await folder.readPrompts()
      await history.record(folder, { words: { kind: 'x' }, touches: 'prompts' }, async () => {
        await folder.writePrompts([])
        const scenes = await folder.readScenes()
        await folder.writeScenes(scenes.map((scene) => ({ ...scene, kept: false })))
      })
      expect(await history.touches(folder, 'undo')).toBe('prompts')
      await history.step(folder, 'undo')
      expect(await folder.readPrompts()).toEqual(prompts)
      expect((await folder.readScenes()).every(({ kept }) => !kept)).toBe(true)
    })
  })
})

describe('the history', () => {
  it('remembers no more masks than it can read in a moment', async () => {
    await call('POST', '/lock', { sceneIds: [SCENES[1]], locked: true })
    await inFolder(site.path, async (folder) => {
      const [step] = (await readHistory(folder)).steps as [HistoryStep]
      const [lock] = step.locks as [HistoryStep['locks'][number]]
      const long = { ...step, locks: Array.from({ length: 2600 }, () => lock) }
      await writeHistory(folder, { formatVersion: 1, steps: [long, long], done: 2 })
    })
    await call('POST', '/lock', { sceneIds: [SCENES[2]], locked: true })
    const { steps } = await readHistory(await openSiteFolder(site.path, { lock: false }))
    expect(steps.map(({ locks }) => locks.length)).toEqual([2600, 1])
    await call('POST', '/undo')
    await call('POST', '/undo')
    expect(await saidAndDecided()).toMatchObject({ locked: [] })
  })
})

describe('two that write to one site', () => {
  it('wait for each other, and hear of each other', async () => {
    const other = await openStudio({ dir: site.dir })
    try {
      const { revision } = (await other.api('/sites/small')).body
      const click = { sceneId: SCENES[2], objectId: 1, positive: [lngLatOf(2, 6)] }
      const folder = await openSiteFolder(site.path)
      setTimeout(() => void folder.close(), 250)
      expect((await call('POST', '/prompts', click)).status).toBe(200)
      const stale = await other.api('/sites/small/prompts', {
        method: 'POST',
        body: click,
        revision,
      })
      expect([stale.status, stale.body.error.code]).toEqual([409, 'stale'])
      const again = { method: 'POST', body: click, revision: stale.body.revision }
      expect((await other.api('/sites/small/prompts', again)).status).toBe(200)
      expect((await test.api('/sites/small')).body.prompts).toHaveLength(3)
    } finally {
      await other[Symbol.asyncDispose]()
    }
  })

  it('say so where the other does not end', async () => {
    const folder = await openSiteFolder(site.path)
    const click = { sceneId: SCENES[2], objectId: 1, positive: [lngLatOf(2, 6)] }
    const { status, body } = await call('POST', '/prompts', click)
    await folder.close()
    expect([status, body.error.code]).toEqual([409, 'site-locked'])
    expect(body.error.message).toContain('is in use by another command')
  })
})

describe('a job whose process ends by itself', () => {
  it('is told in words, lets go of the site, and can be started again', async () => {
    await test[Symbol.asyncDispose]()
    let count = 0
    const { workInChild } = await import('../../src/server/studio/job-workers.ts')
    const entry = join(site.dir, 'dies.mjs')
    await writeFile(entry, "process.on('message', () => process.kill(process.pid, 'SIGKILL'))")
    const dying = workInChild(entry)
    const worker: JobWorker = (...given) => {
      count += 1
      return dying(...given)
    }
    test = await openStudio({ dir: site.dir, worker })
    for (const time of [1, 2]) {
      await test.api('/sites/small/jobs', { method: 'POST', body: { kind: 'analyse' } })
      await expect
        .poll(async () => (await test.api('/sites/small/jobs')).body.at(-1).state, {
          timeout: 20_000,
        })
        .toBe('failed')
      const { error } = (await test.api('/sites/small/jobs')).body.at(-1)
      expect(error.message).toContain('ended before its work was done (signal SIGKILL)')
      expect(error.hint).toContain('it goes on where it stopped')
      expect(count).toBe(time)
    }
    await (await openSiteFolder(site.path)).close()
  }, 60_000)
})
