import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from '@scarline/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  NANO_CONFIG,
  nanoAdapter,
  nanoCheckpoint,
} from '../../../core/test/tracking/nano-checkpoint.ts'
import {
  type ImportModelOptions,
  type ImportModelSummary,
  importModel,
} from '../../src/models/import-model.ts'
import { openNodeModel } from '../../src/models/load-model.ts'
import { listModels, verifiedRecord } from '../../src/models/model-library.ts'
import { removeModel } from '../../src/models/remove-model.ts'

let dir: string
let folder: string
let file: string
let config: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-import-'))
  folder = join(dir, 'models')
  file = join(dir, 'My Nano.safetensors')
  config = join(dir, 'nano.json')
  await writeFile(file, nanoCheckpoint())
  await writeFile(config, JSON.stringify(NANO_CONFIG))
})
afterEach(async () => {
  await rm(dir, { recursive: true, force: true })
})

async function drain(run: Run<ImportModelSummary>): Promise<ImportModelSummary> {
  for (;;) {
    const step = await run.next()
    if (step.done) return step.value
  }
}

const bring = (options: Partial<ImportModelOptions> = {}): Promise<ImportModelSummary> =>
  drain(importModel({ folder, file, config, ...options }))

describe('importModel', () => {
  it('copies a checkpoint, names it, and notes what it is', async () => {
    const summary = await bring()
    expect(summary).toMatchObject({
      ...{ id: 'my-nano', configName: 'nano-128', imageSize: 128, official: false, base: null },
    })
    expect((await readdir(folder)).sort()).toEqual(['my-nano.json', 'my-nano.safetensors'])
    expect((await readFile(summary.path)).equals(await readFile(file))).toBe(true)
    expect((await listModels(folder)).at(-1)).toMatchObject({
      ...{ id: 'my-nano', kind: 'imported', present: true, configName: 'nano-128' },
    })
    await expect(bring()).resolves.toMatchObject({ id: 'my-nano' })
  })

  it('needs the configuration of a model of unofficial size, and says so', async () => {
    await expect(drain(importModel({ folder, file }))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('expected its configuration too'),
    })
    await expect(readdir(folder)).rejects.toThrow()
  })

  it('names the tensor that does not fit', async () => {
    const other = structuredClone(NANO_CONFIG)
    other.model.memory_attention.layer.dim_feedforward = 48
    await writeFile(config, JSON.stringify(other))
    await expect(bring()).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('memory_attention.layers.0.linear1'),
    })
  })

  it.each([
    ['an empty file', new Uint8Array()],
    ['something else', new TextEncoder().encode('<html>sign in to the hotel network</html>')],
    ['a truncated file', nanoCheckpoint().slice(0, 40_000)],
  ])('refuses %s', async (_, bytes) => {
    await writeFile(file, bytes)
    const failure = await bring().catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'invalid-input' })
    expect((failure as Error).message).not.toContain('\n')
  })

  it('refuses names that are taken or cannot be', async () => {
    await bring({ name: 'mine' })
    await writeFile(file, nanoCheckpoint(7))
    await expect(bring({ name: 'mine' })).rejects.toMatchObject({ code: 'usage' })
    for (const name of ['ndvi', 'sam2.1-hiera-tiny', '../escape', 'Upper']) {
      await expect(bring({ name })).rejects.toMatchObject({ code: 'usage' })
    }
    await expect(bring({ config: join(dir, 'none.json') })).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(bring({ file: join(dir, 'none.pt') })).rejects.toMatchObject({ code: 'not-found' })
    expect((await readdir(folder)).sort()).toEqual(['mine.json', 'mine.safetensors'])
  })

  it('leaves nothing behind when cancelled', async () => {
    const controller = new AbortController()
    const run = importModel({ folder, file, config, signal: controller.signal })
    await run.next()
    controller.abort()
    await expect(drain(run)).rejects.toMatchObject({ name: 'AbortError' })
    expect(await readdir(folder)).toEqual([])
  })

  it('notices a file that was exchanged, and takes one that was only touched', async () => {
    const { path } = await bring()
    await utimes(path, 1, 1)
    expect((await verifiedRecord(folder, 'my-nano')).mtimeMs).toBe(1000)
    await writeFile(path, nanoCheckpoint(9))
    await expect(verifiedRecord(folder, 'my-nano')).rejects.toMatchObject({ code: 'corrupt-file' })
  })

  it('takes an adapter on a model, loads both merged, and keeps the base', async () => {
    await bring({ name: 'base' })
    const adapter = join(dir, 'tuned.safetensors')
    await writeFile(adapter, nanoAdapter(3))
    const summary = await drain(importModel({ folder, file: adapter, base: 'base', scale: 0.5 }))
    expect(summary).toMatchObject({ id: 'tuned', base: 'base', configName: 'nano-128' })
    await expect(removeModel(folder, 'base')).rejects.toMatchObject({ code: 'usage' })
    const opened = await openNodeModel(folder, await verifiedRecord(folder, 'tuned'), {
      threads: 1,
    })
    expect(opened.model.config.name).toBe('nano-128')
    await opened.close()
    await expect(
      drain(importModel({ folder, file: adapter, base: 'tuned', name: 'twice' })),
    ).rejects.toMatchObject({ code: 'usage' })
    await removeModel(folder, 'tuned')
    await removeModel(folder, 'base')
    expect(await readdir(folder)).toEqual([])
  })
})
