import { createHash, randomBytes } from 'node:crypto'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { type Run, type RunEvent, ScarlineError, diskError, makeFolder } from '@scarline/core'
import type { Sam2Config } from '@scarline/sam2'
import { openWeights } from './check-weights.ts'
import { chunksOf, openFileSource } from './file-source.ts'
import { formatMegabytes, verifiedRecord } from './model-library.ts'
import { MODEL_NAME, type ModelRecord, readRecord, writeRecord } from './model-record.ts'
import { OFFICIAL_MODELS, officialModel } from './official-models.ts'

/** A checkpoint of the user's. */
export interface ImportModelOptions {
  /** The model folder; made where it is not there. */
  folder: string
  /** `.pt` or `.safetensors`. */
  file: string
  /** What to call it; default: from the name of the file. */
  name?: string
  /** JSON in upstream's vocabulary, for a model whose tensors do not tell. */
  config?: string
  /** For an adapter (LoRA): the model that it changes. */
  base?: string
  /** Factor of the adapter's change; default: its own. */
  scale?: number
  signal?: AbortSignal
}

/** A model that is there now. */
export interface ImportModelSummary {
  id: string
  path: string
  bytes: number
  sha256: string
  configName: string
  imageSize: number
  base: string | null
  /** Whether it is one of the official files. */
  official: boolean
}

const MEGABYTE = 1e6

/**
 * Checks a checkpoint, copies it into the model folder and notes beside it what it is. A file with the
 * SHA-256 of an official one becomes that model, whatever its name.
 *
 * @throws ScarlineError `not-found`, `usage`, `disk`, or `invalid-input` naming what is wrong with it
 */
export async function* importModel(options: ImportModelOptions): Run<ImportModelSummary> {
  const { folder, signal } = options
  const file = resolve(options.file)
  const extension = extname(file).toLowerCase()
  await using source = await openFileSource(file)
  const config = options.config === undefined ? null : await readConfig(options.config)
  const base = options.base === undefined ? null : await baseOf(options.base, folder, signal)
  const scale = options.scale ?? null
  const total = Math.ceil(source.size / MEGABYTE)
  yield {
    type: 'started',
    stage: 'import',
    total,
    message: `${file} (${formatMegabytes(source.size)})`,
  }
  let checked: Sam2Config
  {
    await using baseSource = base ? await openFileSource(join(folder, base.file)) : null
    checked = (
      await openWeights({
        source,
        base: base && baseSource ? { source: baseSource, config: base.config, scale } : null,
        config,
        configName: null,
      })
    ).config
  }
  await makeFolder(folder)
  const beside = join(folder, `.half-written-${randomBytes(6).toString('hex')}`)
  try {
    const sha256 = yield* copy(source, beside, signal)
    const official = OFFICIAL_MODELS.find((model) => model.sha256 === sha256) ?? null
    const id = options.name ?? official?.id ?? nameOf(file)
    await requireFreeName(folder, id, sha256)
    const target = official?.id === id ? official.file : `${id}${extension}`
    const path = join(folder, target)
    try {
      await rename(beside, path)
    } catch (error) {
      throw diskError(error, `write ${path}`)
    }
    const { size, mtimeMs } = await stat(path)
    const record: ModelRecord = {
      formatVersion: 1,
      id,
      file: target,
      bytes: size,
      mtimeMs,
      sha256,
      configName: checked.name,
      imageSize: checked.imageSize,
      config: config ?? base?.config ?? null,
      base: base ? { id: base.id, sha256: base.sha256, scale } : null,
      from: file,
      addedAt: new Date().toISOString(),
    }
    await writeRecord(folder, record)
    const summary: ImportModelSummary = {
      id,
      path,
      bytes: size,
      sha256,
      configName: checked.name,
      imageSize: checked.imageSize,
      base: base?.id ?? null,
      official: official !== null,
    }
    const what = official ? `the official ${official.id}` : `fits ${checked.name}`
    const message = `${id}: ${what}; use it with --segmenter ${id}`
    yield { type: 'done', stage: 'import', message, summary }
    return summary
  } finally {
    await rm(beside, { force: true }).catch(() => {})
  }
}

async function readConfig(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw diskError(error, `read ${path}`)
  }
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new ScarlineError(`${path} is no JSON: ${(cause as Error).message}`, {
      code: 'invalid-input',
      hint: 'Write upstream\'s YAML as JSON: { "model": { … } }.',
      cause,
    })
  }
}

async function baseOf(name: string, folder: string, signal?: AbortSignal): Promise<ModelRecord> {
  const record = await verifiedRecord(folder, name, signal)
  if (!record.base) return record
  throw new ScarlineError(`got --base ${name}, which is an adapter, expected a whole model`, {
    code: 'usage',
    hint: `Use --base ${record.base.id}.`,
  })
}

/** A name out of the file's: lower case, everything unusual as a hyphen. */
function nameOf(file: string): string {
  const stem = basename(file, extname(file)).toLowerCase()
  return stem.replace(/[^a-z0-9.]+/g, '-').replace(/^[-.]+|[-.]+$/g, '')
}

async function requireFreeName(folder: string, id: string, sha256: string): Promise<void> {
  const fail = (message: string, hint: string): never => {
    throw new ScarlineError(message, { code: 'usage', hint })
  }
  if (!MODEL_NAME.test(id) || id === 'ndvi') {
    fail(
      `got the name ${id}, expected up to 64 small letters, digits, dots and hyphens other than ndvi`,
      'Give another one with --name.',
    )
  }
  const official = officialModel(id)
  if (official && official.sha256 !== sha256) {
    fail(
      `got the name ${id} for a file with SHA-256 ${sha256}, expected the official ${official.sha256}`,
      'Give it a name of its own with --name.',
    )
  }
  const there = official ? null : await readRecord(folder, id)
  if (there && there.sha256 !== sha256) {
    fail(
      `there is another model called ${id}`,
      `Give another --name, or run scarline models remove ${id} first.`,
    )
  }
}

async function* copy(
  source: Awaited<ReturnType<typeof openFileSource>>,
  to: string,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent<ImportModelSummary>, string, void> {
  const hash = createHash('sha256')
  const total = Math.ceil(source.size / MEGABYTE)
  try {
    const target = await open(to, 'wx')
    try {
      let done = 0
      for await (const chunk of chunksOf(source, signal)) {
        hash.update(chunk)
        await target.writeFile(chunk)
        done += chunk.length
        const megabytes = Math.floor(done / MEGABYTE)
        yield { type: 'progress', stage: 'import', done: megabytes, total, item: 'MB' }
      }
      await target.sync()
    } finally {
      await target.close()
    }
  } catch (error) {
    throw diskError(error, `write ${to}`)
  }
  return hash.digest('hex')
}
