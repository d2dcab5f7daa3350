import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chooseSegmenter } from '../../src/cli/segmenters.ts'
import { writeRecord } from '../../src/models/model-record.ts'
import { OFFICIAL_MODELS, type OfficialModel } from '../../src/models/official-models.ts'

const tiny = OFFICIAL_MODELS[0] as OfficialModel
const before = process.env['SCARLINE_MODELS']
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scarline-choose-'))
  process.env['SCARLINE_MODELS'] = folder
})
afterEach(async () => {
  if (before === undefined) delete process.env['SCARLINE_MODELS']
  else process.env['SCARLINE_MODELS'] = before
  await rm(folder, { recursive: true, force: true })
})

/** A file of the official size with a record that says it was verified. */
async function putTiny(sha256 = tiny.sha256 as string): Promise<void> {
  const path = join(folder, tiny.file)
  const file = await open(path, 'w')
  await file.truncate(tiny.bytes)
  await file.close()
  const { size, mtimeMs } = await stat(path)
  await writeRecord(folder, {
    ...{ formatVersion: 1, id: tiny.id, file: tiny.file, bytes: size, mtimeMs, sha256 },
    ...{ configName: tiny.configName, imageSize: 1024, config: null, base: null },
    ...{ from: tiny.url, addedAt: '2026-01-01T00:00:00Z' },
  })
}

describe('chooseSegmenter', () => {
  it('takes ndvi where there are no weights, and says what brings them', async () => {
    const { segmenter, reason } = await chooseSegmenter(undefined)
    expect(segmenter.id).toBe('ndvi')
    expect(reason).toBe(
      'segmenter: ndvi; scarline models pull sam2.1-hiera-tiny brings the weights of the default',
    )
  })

  it('takes the default model where its weights are there, unless ndvi is asked for', async () => {
    await putTiny()
    const { segmenter, reason } = await chooseSegmenter(undefined)
    expect(segmenter.id).toBe('sam2.1-hiera-tiny')
    expect(reason).toContain(`its weights are in ${folder}; --segmenter ndvi`)
    expect((await chooseSegmenter('ndvi')).segmenter.id).toBe('ndvi')
  })

  it('gives other weights another hash, and the same ones the same', async () => {
    await putTiny()
    const hash = async (): Promise<string> =>
      (await chooseSegmenter('sam2.1-hiera-tiny')).segmenter.modelHash
    const first = await hash()
    expect(await hash()).toBe(first)
    await putTiny('0'.repeat(64))
    expect(await hash()).not.toBe(first)
  })

  it('names the engines there are, and how to get one that is not there', async () => {
    await expect(chooseSegmenter('nemo')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(
        /^got --segmenter nemo, expected one of ndvi, sam2\.1-hiera-tiny/,
      ),
    })
    await expect(chooseSegmenter('sam2-hiera-small')).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('072824/sam2_hiera_small.pt'),
    })
  })
})
