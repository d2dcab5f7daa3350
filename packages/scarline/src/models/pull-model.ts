import { rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { type Run, type RunEvent, ScarlineError, diskError, makeFolder } from '@scarline/core'
import { discardPart, download } from './download.ts'
import { hashFile } from './file-source.ts'
import { formatMegabytes, offlineHint, recordOfficial, verifiedRecord } from './model-library.ts'
import { writeRecord } from './model-record.ts'
import type { OfficialModel } from './official-models.ts'

/** What to fetch. */
export interface PullOptions {
  /** The model folder; made where it is not there. */
  folder: string
  model: OfficialModel
  /** A mirror's address of the same file. */
  from?: string
  /** Default: the global one. */
  fetch?: typeof fetch
  signal?: AbortSignal
  /** As of {@link download}. */
  stallMs?: number
  firstWaitMs?: number
}

/** A model that is there now. */
export interface PullSummary {
  id: string
  path: string
  bytes: number
  sha256: string
  /** Whether a published SHA-256 was there to compare with. */
  checksumKnown: boolean
  configName: string
  /** Whether it was there before. */
  already: boolean
}

const MEGABYTE = 1e6

/**
 * Fetches an official checkpoint into the model folder: resumed where it was cut off, compared with
 * the published size and SHA-256, its tensors checked, and only then given its name.
 *
 * @throws ScarlineError `network`, `not-found`, `disk`, or `corrupt-file` for a wrong checksum
 */
export async function* pullModel(options: PullOptions): Run<PullSummary> {
  const { folder, model, signal } = options
  const url = options.from ?? model.url
  const path = join(folder, model.file)
  await makeFolder(folder)
  const present = await verifiedRecord(folder, model.id, signal).catch((error: unknown) => {
    signal?.throwIfAborted()
    if (error instanceof ScarlineError && ['not-found', 'corrupt-file'].includes(error.code)) {
      return null
    }
    throw error
  })
  if (present) {
    const summary: PullSummary = {
      id: model.id,
      path,
      bytes: present.bytes,
      sha256: present.sha256,
      checksumKnown: model.sha256 !== null,
      configName: present.configName,
      already: true,
    }
    yield { type: 'done', stage: 'pull', message: `${model.id} is there already: ${path}`, summary }
    return summary
  }
  const total = Math.ceil(model.bytes / MEGABYTE)
  yield {
    type: 'started',
    stage: 'pull',
    total,
    message: `${url} (${formatMegabytes(model.bytes)}) to ${path}`,
  }
  await requireRoom(folder, model)
  yield* fetchPart(options, url, path)
  const part = `${path}.part`
  const sha256 = yield* hashed(part, model.bytes, signal)
  if (model.sha256 !== null && sha256 !== model.sha256) {
    await discardPart(path)
    throw new ScarlineError(
      `the SHA-256 of what came from ${url} is ${sha256}, expected ${model.sha256}`,
      {
        code: 'corrupt-file',
        hint: 'It was thrown away; run the command again, or take another source with --from.',
        details: { url, sha256, expected: model.sha256 },
      },
    )
  }
  const record = await recordOfficial(folder, model, {
    sha256,
    from: url,
    file: `${model.file}.part`,
  }).catch(async (error: unknown) => {
    await discardPart(path)
    throw error
  })
  try {
    await rename(part, path)
  } catch (error) {
    throw diskError(error, `write ${path}`)
  }
  await writeRecord(folder, record)
  await rm(`${part}.json`, { force: true })
  const summary: PullSummary = {
    id: model.id,
    path,
    bytes: record.bytes,
    sha256,
    checksumKnown: model.sha256 !== null,
    configName: record.configName,
    already: false,
  }
  yield { type: 'done', stage: 'pull', message: `${path}: ${checksumWords(summary)}`, summary }
  return summary
}

/** What was verified, in words. */
export function checksumWords({ sha256, checksumKnown }: PullSummary): string {
  return checksumKnown
    ? `SHA-256 ${sha256} as published, tensors checked`
    : `no published checksum known: the file's own SHA-256 is ${sha256}; its tensors were checked`
}

async function* fetchPart(
  options: PullOptions,
  url: string,
  path: string,
): AsyncGenerator<RunEvent<PullSummary>, void, void> {
  const { folder, model, signal } = options
  let shown = -1
  try {
    const steps = download({
      url,
      path,
      bytes: model.bytes,
      fetch: options.fetch ?? fetch,
      ...(signal ? { signal } : {}),
      ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
      ...(options.firstWaitMs === undefined ? {} : { firstWaitMs: options.firstWaitMs }),
    })
    for await (const step of steps) {
      if (step.type === 'restarted') {
        const message = 'the file on the server is another than the one begun: starting again'
        yield { type: 'warning', stage: 'pull', item: model.id, message }
        continue
      }
      const done = Math.floor(step.bytes / MEGABYTE)
      if (done === shown) continue
      shown = done
      const total = Math.ceil(model.bytes / MEGABYTE)
      yield { type: 'progress', stage: 'pull', done, total, item: 'MB' }
    }
  } catch (error) {
    if (!(error instanceof ScarlineError) || error.hint !== undefined) throw error
    throw new ScarlineError(error.message, {
      code: error.code,
      hint: offlineHint(folder, model),
      details: { ...error.details, path },
      cause: error,
    })
  }
}

async function* hashed(
  path: string,
  bytes: number,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent<PullSummary>, string, void> {
  const hashing = hashFile(path, signal)
  for (;;) {
    const step = await hashing.next()
    if (step.done) return step.value
    const [done, total] = [Math.floor(step.value / MEGABYTE), Math.ceil(bytes / MEGABYTE)]
    yield { type: 'progress', stage: 'check', done, total, item: 'MB' }
  }
}

/** A disk that is too full is told before anything is fetched. */
async function requireRoom(folder: string, model: OfficialModel): Promise<void> {
  const { bavail, bsize } = await statfs(folder).catch((error: unknown) => {
    throw diskError(error, `look at ${folder}`)
  })
  const free = bavail * bsize
  if (free >= model.bytes) return
  throw new ScarlineError(
    `${folder} has ${formatMegabytes(free)} free, expected ${formatMegabytes(model.bytes)} for ${model.id}`,
    {
      code: 'disk',
      hint: 'Free some space, or point SCARLINE_MODELS to a folder on another disk.',
    },
  )
}
