import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run, RunEvent } from '@scarline/core'
import { OFFICIAL_CONFIGS, tensorSpec } from '@scarline/sam2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DownloadStep, download } from '../../src/models/download.ts'
import { listModels, recordOfficial, verifiedRecord } from '../../src/models/model-library.ts'
import { OFFICIAL_MODELS, type OfficialModel } from '../../src/models/official-models.ts'
import { type PullSummary, checksumWords, pullModel } from '../../src/models/pull-model.ts'
import { removeModel } from '../../src/models/remove-model.ts'
import { type FileServer, startFileServer } from './file-server.ts'

/** A `.safetensors` file with the tensors of the smallest official model, all zero, or its header alone. */
function tinyFile(withValues: boolean): Uint8Array {
  const config = OFFICIAL_CONFIGS.find(({ name }) => name === 'sam2.1_hiera_tiny')
  if (!config) throw new Error('no tiny model')
  const header: Record<string, unknown> = {}
  let offset = 0
  for (const [name, shape] of tensorSpec(config)) {
    const end = offset + 4 * shape.reduce((product, size) => product * size, 1)
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] }
    offset = end
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + (withValues ? offset : 0))
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

const CONTENT = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) & 255)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

let folder: string
let server: FileServer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scarline-models-'))
  server = await startFileServer(CONTENT)
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

async function toEnd(steps: AsyncGenerator<DownloadStep>): Promise<string[]> {
  const types: string[] = []
  for await (const { type } of steps) types.push(type)
  return types
}

function fetchAll(options: { bytes?: number | null; url?: string } = {}): Promise<string[]> {
  return toEnd(
    download({
      url: options.url ?? server.url,
      path: join(folder, 'file'),
      bytes: options.bytes === undefined ? CONTENT.length : options.bytes,
      fetch,
      firstWaitMs: 1,
      stallMs: 2000,
    }),
  )
}

const part = async (): Promise<Uint8Array> =>
  new Uint8Array(await readFile(join(folder, 'file.part')))

describe('download', () => {
  it('fetches a file into a part', async () => {
    await fetchAll()
    expect(sha256(await part())).toBe(sha256(CONTENT))
    expect(server.requests[0]?.range).toBeUndefined()
  })

  it('goes on by itself where the connection broke', async () => {
    server.breakAfter = [100_000, 50_000]
    const steps = await fetchAll()
    expect(sha256(await part())).toBe(sha256(CONTENT))
    expect(steps).not.toContain('restarted')
    expect(server.requests.map(({ range }) => range)).toEqual([
      undefined,
      'bytes=100000-',
      'bytes=150000-',
    ])
    expect(server.requests[1]?.['if-range']).toBe('"one"')
  })

  it('keeps what came when cancelled, and goes on from there', async () => {
    const controller = new AbortController()
    server.breakAfter = [120_000, 0, 0, 0, 0]
    setTimeout(() => controller.abort(new Error('enough')), 200)
    const slow = download({
      ...{ url: server.url, path: join(folder, 'file'), bytes: CONTENT.length, fetch },
      ...{ signal: controller.signal, firstWaitMs: 5000 },
    })
    await expect(toEnd(slow)).rejects.toThrow()
    expect(controller.signal.aborted).toBe(true)
    expect(await part()).toHaveLength(120_000)
    server.breakAfter = []
    await fetchAll()
    expect(sha256(await part())).toBe(sha256(CONTENT))
    expect(server.requests.at(-1)?.range).toBe('bytes=120000-')
  })

  it('starts again where the file on the server is another by now', async () => {
    server.breakAfter = [100_000, 0, 0, 0, 0]
    await expect(fetchAll()).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('100000 bytes are kept'),
    })
    server.breakAfter = []
    server.bytes = CONTENT.map((value) => 255 - value)
    server.etag = '"two"'
    expect(await fetchAll()).toContain('restarted')
    expect(sha256(await part())).toBe(sha256(server.bytes))
  })

  it('resumes where the server gives no validator', async () => {
    server.etag = null
    server.breakAfter = [100_000]
    await fetchAll()
    expect(sha256(await part())).toBe(sha256(CONTENT))
    expect(server.requests[1]?.['if-range']).toBeUndefined()
  })

  it('does not go on with a part of another address', async () => {
    server.breakAfter = [100_000, 0, 0, 0]
    await expect(fetchAll()).rejects.toThrow(/could not fetch/)
    server.breakAfter = []
    await fetchAll({ url: `${server.url}?mirror` })
    expect(server.requests.at(-1)?.range).toBeUndefined()
    expect(sha256(await part())).toBe(sha256(CONTENT))
  })

  it('throws a part away that is longer than the file', async () => {
    await fetchAll({ bytes: null })
    server.bytes = CONTENT.slice(0, 1000)
    await fetchAll({ bytes: null })
    expect(await part()).toHaveLength(1000)
  })

  it('says at once that a file is not there or has another size', async () => {
    server.status = 404
    await expect(fetchAll()).rejects.toMatchObject({
      code: 'not-found',
      message: `${server.url} answered 404, expected the file`,
    })
    expect(server.requests).toHaveLength(1)
    server.status = null
    await expect(fetchAll({ bytes: 5 })).rejects.toMatchObject({
      message: `${server.url} has 300000 bytes, expected 5`,
    })
  })

  it('tries again while a server is overloaded, but not for ever', async () => {
    server.status = 503
    await expect(fetchAll()).rejects.toMatchObject({ code: 'network' })
    expect(server.requests).toHaveLength(4)
  })

  it('takes a connection for dead on which nothing comes', async () => {
    server.isSilent = true
    const steps = download({
      ...{ url: server.url, path: join(folder, 'file'), bytes: CONTENT.length, fetch },
      ...{ stallMs: 50, firstWaitMs: 1 },
    })
    await expect(toEnd(steps)).rejects.toThrow(/no byte came in 0.05 s/)
  })
})

async function drain(run: Run<PullSummary>): Promise<{ summary: PullSummary; events: RunEvent[] }> {
  const events: RunEvent[] = []
  for (;;) {
    const step = await run.next()
    if (step.done) return { summary: step.value, events }
    events.push(step.value)
  }
}

function modelOf(bytes: Uint8Array, checksum: string | null): OfficialModel {
  const tiny = OFFICIAL_MODELS[0] as OfficialModel
  return { ...tiny, url: server.url, bytes: bytes.length, sha256: checksum }
}

const pull = (model: OfficialModel, from?: string): Promise<{ summary: PullSummary }> =>
  drain(pullModel({ folder, model, firstWaitMs: 1, ...(from === undefined ? {} : { from }) }))

describe('pullModel', () => {
  it('throws away what has a wrong checksum, with one line that says so', async () => {
    const wrong = 'f'.repeat(64)
    await expect(pull(modelOf(CONTENT, wrong))).rejects.toMatchObject({
      code: 'corrupt-file',
      message: `the SHA-256 of what came from ${server.url} is ${sha256(CONTENT)}, expected ${wrong}`,
    })
    expect(await readdir(folder)).toEqual([])
  })

  it('looks at the tensors whatever the checksum says', async () => {
    await expect(pull(modelOf(CONTENT, sha256(CONTENT)))).rejects.toMatchObject({
      code: 'invalid-input',
    })
    server.bytes = tinyFile(false)
    await expect(pull(modelOf(server.bytes, null))).rejects.toMatchObject({ code: 'invalid-input' })
    expect(await readdir(folder)).toEqual([])
  })

  it('gives a whole model its name and does nothing the second time', async () => {
    server.bytes = tinyFile(true)
    server.breakAfter = [100_000_000]
    const model = modelOf(server.bytes, sha256(server.bytes))
    const { summary, events } = await drain(pullModel({ folder, model, firstWaitMs: 1 }))
    expect(summary).toMatchObject({
      ...{ id: 'sam2.1-hiera-tiny', configName: 'sam2.1_hiera_tiny', already: false },
      ...{ sha256: model.sha256, checksumKnown: true, bytes: server.bytes.length },
    })
    expect((await readdir(folder)).sort()).toEqual([model.file, 'sam2.1-hiera-tiny.json'].sort())
    const stages = new Set(events.map((event) => event.stage))
    expect(stages).toEqual(new Set(['pull', 'check']))
    const asked = server.requests.length
    expect(asked).toBe(2)
    expect((await pull(model)).summary).toMatchObject({ already: true, sha256: model.sha256 })
    expect(server.requests).toHaveLength(asked)
  })

  it('says so in words where no checksum is published', () => {
    const summary = { id: 'x', path: '', bytes: 1, sha256: 'abc', configName: '', already: false }
    expect(checksumWords({ ...summary, checksumKnown: false })).toBe(
      "no published checksum known: the file's own SHA-256 is abc; its tensors were checked",
    )
  })

  it('says what to download, where to put it and what works meanwhile when there is no network', async () => {
    await server.close()
    const model = modelOf(CONTENT, null)
    const failure = await pull(model).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'network' })
    const { hint } = failure as { hint: string }
    expect(hint).toContain(`Download ${model.url}`)
    expect(hint).toContain(join(folder, model.file))
    expect(hint).toContain('scarline models import FILE')
    expect(hint).toContain('--segmenter ndvi')
    server = await startFileServer(CONTENT)
  })

  it('refuses a disk that is too full before anything is fetched', async () => {
    const model = { ...modelOf(CONTENT, null), bytes: 2 ** 60 }
    await expect(pull(model)).rejects.toMatchObject({ code: 'disk' })
    expect(server.requests).toEqual([])
  })
})

describe('the model library', () => {
  it('lists the eight official models with where they come from', async () => {
    const rows = await listModels(join(folder, 'not-there-yet'))
    expect(rows).toHaveLength(8)
    expect(rows.filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual([
      'sam2.1-hiera-tiny',
    ])
    for (const row of rows) {
      expect(row).toMatchObject({ present: false, licence: 'Apache-2.0', kind: 'official' })
      expect(row.sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(row.url).toMatch(/^https:\/\/dl\.fbaipublicfiles\.com\/segment_anything_2\/0/)
    }
  })

  it('refuses a file under an official name that is another', async () => {
    const tiny = OFFICIAL_MODELS[0] as OfficialModel
    await writeFile(join(folder, tiny.file), CONTENT)
    await expect(verifiedRecord(folder, tiny.id)).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringContaining(`expected the ${tiny.bytes}`),
    })
    const model = { ...tiny, bytes: CONTENT.length }
    await expect(recordOfficial(folder, model, { sha256: 'x', from: 'here' })).rejects.toThrow()
  })

  it('says how to get a model that is not there, and which there are', async () => {
    await expect(verifiedRecord(folder, 'sam2.1-hiera-tiny')).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringMatching(/models pull sam2\.1-hiera-tiny.*models import FILE.*ndvi/),
    })
    await expect(verifiedRecord(folder, 'mine')).rejects.toMatchObject({ code: 'usage' })
    await expect(removeModel(folder, 'mine')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('removes what was fetched of a model that never came whole', async () => {
    const tiny = OFFICIAL_MODELS[0] as OfficialModel
    const path = join(folder, `${tiny.file}.part`)
    await writeFile(path, CONTENT)
    await utimes(path, 0, 0)
    expect((await listModels(folder))[0]?.partBytes).toBe(CONTENT.length)
    expect((await removeModel(folder, tiny.id)).freedBytes).toBe(CONTENT.length)
    await expect(stat(path)).rejects.toThrow()
  })
})
