import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ScarlineError, diskError } from '@scarline/core'
import { openWeights } from './check-weights.ts'
import { type FileSource, hashFile, openFileSource } from './file-source.ts'
import { type ModelRecord, readRecord, writeRecord } from './model-record.ts'
import {
  DEFAULT_MODEL_ID,
  OFFICIAL_LICENCE,
  OFFICIAL_MODELS,
  type OfficialModel,
  officialModel,
} from './official-models.ts'

/** One line of the list of models. */
export interface ListedModel {
  id: string
  kind: 'official' | 'imported'
  /** Where the file is, or has to be put. */
  path: string
  /** Size of the file, or the size that it will have. */
  bytes: number
  present: boolean
  /** Bytes of a download that was cut off. */
  partBytes: number
  /** Where it is published; null for a file of the user's. */
  url: string | null
  licence: string | null
  /** Published, or the file's own. */
  sha256: string | null
  /** What its tensors fit, e.g. `sam2.1_hiera_tiny`. */
  configName: string
  /** The model that an adapter changes. */
  base: string | null
  isDefault: boolean
}

/** A file in the model folder, seen from outside. */
interface FileFacts {
  bytes: number
  mtimeMs: number
}

async function factsOf(path: string): Promise<FileFacts | null> {
  try {
    const { size, mtimeMs } = await stat(path)
    return { bytes: size, mtimeMs }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw diskError(error, `read ${path}`)
  }
}

/** Every official model and every imported one; files are not read, only looked at. */
export async function listModels(folder: string): Promise<ListedModel[]> {
  const rows: ListedModel[] = []
  for (const model of OFFICIAL_MODELS) {
    const path = join(folder, model.file)
    const facts = await factsOf(path)
    rows.push({
      id: model.id,
      kind: 'official',
      path,
      bytes: model.bytes,
      present: facts?.bytes === model.bytes,
      partBytes: (await factsOf(`${path}.part`))?.bytes ?? 0,
      url: model.url,
      licence: OFFICIAL_LICENCE,
      sha256: model.sha256,
      configName: model.configName,
      base: null,
      isDefault: model.id === DEFAULT_MODEL_ID,
    })
  }
  for (const record of await importedRecords(folder)) {
    const path = join(folder, record.file)
    rows.push({
      id: record.id,
      kind: 'imported',
      path,
      bytes: record.bytes,
      present: (await factsOf(path))?.bytes === record.bytes,
      partBytes: 0,
      url: null,
      licence: null,
      sha256: record.sha256,
      configName: record.configName,
      base: record.base?.id ?? null,
      isDefault: false,
    })
  }
  return rows
}

/** Records of the models that the user has imported, by name. */
export async function importedRecords(folder: string): Promise<ModelRecord[]> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw diskError(error, `read ${folder}`)
  }
  const records: ModelRecord[] = []
  for (const name of names.sort()) {
    const id = /^(.+)\.json$/.exec(name)?.[1]
    if (id === undefined || id.endsWith('.part') || officialModel(id)) continue
    const record = await readRecord(folder, id)
    if (record) records.push(record)
  }
  return records
}

/**
 * The record of a model whose file is as it was when its SHA-256 was taken. A file that was put into
 * the folder by hand, or touched since, is read whole and checked first.
 *
 * @throws ScarlineError `not-found` where the model is not there, `corrupt-file` where it is another
 */
export async function verifiedRecord(
  folder: string,
  name: string,
  signal?: AbortSignal,
): Promise<ModelRecord> {
  const official = officialModel(name)
  const id = official?.id ?? name
  const record = await readRecord(folder, id)
  if (!official && !record) throw unknownModel(folder, id)
  const file = official?.file ?? (record as ModelRecord).file
  const path = join(folder, file)
  const facts = await factsOf(path)
  if (!facts) throw official ? missingOfficial(folder, official) : lostFile(path, id)
  if (record && record.bytes === facts.bytes && record.mtimeMs === facts.mtimeMs) return record
  if (official && facts.bytes !== official.bytes) {
    throw new ScarlineError(
      `${path} has ${facts.bytes} bytes, expected the ${official.bytes} of ${official.id}`,
      { code: 'corrupt-file', hint: `Delete it and run scarline models pull ${official.id}.` },
    )
  }
  const sha256 = await hashWhole(path, signal)
  const expected = official?.sha256 ?? record?.sha256 ?? null
  if (expected !== null && sha256 !== expected) {
    const remedy = official
      ? `Delete it and run scarline models pull ${id}, or import it under a name of its own.`
      : 'Import the file again.'
    throw new ScarlineError(`the SHA-256 of ${path} is ${sha256}, expected ${expected}`, {
      code: 'corrupt-file',
      hint: remedy,
    })
  }
  if (record) {
    const touched = { ...record, ...facts }
    await note(folder, touched)
    return touched
  }
  const from = 'put there by hand'
  const fresh = await recordOfficial(folder, official as OfficialModel, { sha256, from })
  await note(folder, fresh)
  return fresh
}

/** Without the note the file is read again next time: a folder that others own may be read-only. */
async function note(folder: string, record: ModelRecord): Promise<void> {
  await writeRecord(folder, record).catch((error: unknown) => {
    if (!(error instanceof ScarlineError && error.code === 'disk')) throw error
  })
}

/** Checks the tensors of an official file in the model folder; the record is not written yet. */
export async function recordOfficial(
  folder: string,
  model: OfficialModel,
  known: { sha256: string; from: string; file?: string },
): Promise<ModelRecord> {
  const path = join(folder, known.file ?? model.file)
  await using source = await openFileSource(path)
  const { config } = await openWeights({
    source,
    base: null,
    config: null,
    configName: model.configName,
  })
  const facts = (await factsOf(path)) as FileFacts
  return {
    formatVersion: 1,
    id: model.id,
    file: model.file,
    ...facts,
    sha256: known.sha256,
    configName: config.name,
    imageSize: config.imageSize,
    config: null,
    base: null,
    from: known.from,
    addedAt: new Date().toISOString(),
  }
}

async function hashWhole(path: string, signal?: AbortSignal): Promise<string> {
  const hashing = hashFile(path, signal)
  for (;;) {
    const step = await hashing.next()
    if (step.done) return step.value
  }
}

/** A model ready to be loaded; close it when the sessions are made. */
export interface OpenModel extends AsyncDisposable {
  record: ModelRecord
  source: FileSource
  /** The model under an adapter. */
  base: { record: ModelRecord; source: FileSource } | null
}

/**
 * Opens the files of a model.
 * @throws ScarlineError as {@link verifiedRecord}; `corrupt-file` where the base of an adapter changed
 */
export async function openModelFiles(
  folder: string,
  record: ModelRecord,
  signal?: AbortSignal,
): Promise<OpenModel> {
  const base = record.base ? await verifiedRecord(folder, record.base.id, signal) : null
  if (base && base.sha256 !== record.base?.sha256) {
    throw new ScarlineError(
      `${record.id} was made for ${base.id} with SHA-256 ${record.base?.sha256}, got ${base.sha256}`,
      { code: 'corrupt-file', hint: `Import the adapter ${record.id} again.` },
    )
  }
  const source = await openFileSource(join(folder, record.file))
  let baseSource: FileSource | null = null
  try {
    if (base) baseSource = await openFileSource(join(folder, base.file))
  } catch (error) {
    await source.close()
    throw error
  }
  return {
    record,
    source,
    base: base && baseSource ? { record: base, source: baseSource } : null,
    async [Symbol.asyncDispose]() {
      await source.close()
      await baseSource?.close()
    },
  }
}

/** A size for people: decimal megabytes, as downloads are told. */
export function formatMegabytes(bytes: number): string {
  return `${bytes < 1e7 ? (bytes / 1e6).toFixed(1) : Math.round(bytes / 1e6)} MB`
}

/** How to get the weights of an official model without this machine's network. */
export function offlineHint(folder: string, model: OfficialModel): string {
  return [
    `Download ${model.url} (${formatMegabytes(model.bytes)}) on any machine`,
    `and put it at ${join(folder, model.file)}, or run scarline models import FILE;`,
    'meanwhile --segmenter ndvi works without weights.',
  ].join(' ')
}

function missingOfficial(folder: string, model: OfficialModel): ScarlineError {
  return new ScarlineError(`the weights of ${model.id} are not there`, {
    code: 'not-found',
    hint: `Run scarline models pull ${model.id}. Without a network: ${lowerFirst(offlineHint(folder, model))}`,
    details: { url: model.url, path: join(folder, model.file), bytes: model.bytes },
  })
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function lostFile(path: string, id: string): ScarlineError {
  return new ScarlineError(`the file of ${id} is gone: ${path}`, {
    code: 'not-found',
    hint: 'Import it again with scarline models import FILE, or use --segmenter ndvi.',
  })
}

function unknownModel(folder: string, id: string): ScarlineError {
  return new ScarlineError(
    `got the model ${id}, expected ${OFFICIAL_MODELS.map((model) => model.id).join(', ')} or one that was imported`,
    {
      code: 'usage',
      hint: `Run scarline models list to see what is in ${folder}; --segmenter ndvi needs no weights.`,
    },
  )
}
