import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { doctor } from '@scarline/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { judgeModelMemory, judgeModels, modelChecks } from '../../src/models/doctor-models.ts'
import { listModels } from '../../src/models/model-library.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scarline-doctor-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('modelChecks', () => {
  it('tells that the inference loads, and that a machine without weights works all the same', async () => {
    const report = await doctor({ dir: tmpdir(), more: modelChecks(folder) })
    expect(report.ok).toBe(true)
    const check = (name: string): unknown => report.checks.find((check) => check.name === name)
    expect(check('inference (onnxruntime)')).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^loads, \d+ threads?/),
    })
    expect(check('models')).toMatchObject({
      ...{ ok: false, required: false },
      mend: expect.stringContaining('scarline models pull sam2.1-hiera-tiny'),
    })
    expect(check('memory for models')).toMatchObject({ required: false })
  })

  it('reports a broken record instead of failing', async () => {
    await writeFile(join(folder, 'mine.json'), '{')
    const [, models] = modelChecks(folder)
    expect(await models?.()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('is no JSON'),
    })
  })
})

describe('judgements', () => {
  it('names the models that are there', async () => {
    const [tiny, ...rest] = await listModels(folder)
    if (!tiny) throw new Error('no models')
    expect(judgeModels('/m', [{ ...tiny, present: true }, ...rest])).toMatchObject({
      ...{ ok: true, detail: 'sam2.1-hiera-tiny (156 MB) in /m' },
    })
  })

  it('names the models that the memory is enough for', () => {
    expect(judgeModelMemory(2 ** 40).detail).toMatch(/^enough for all models/)
    expect(judgeModelMemory(2 ** 20)).toMatchObject({ ok: false, mend: expect.any(String) })
  })
})
