import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ScarlineError, diskError } from '@scarline/core'

/** What is known of a checkpoint in the model folder: `<id>.json` beside it. */
export interface ModelRecord {
  formatVersion: 1
  id: string
  /** Name of the file in the model folder. */
  file: string
  bytes: number
  /** Time of the file's last change when its SHA-256 was taken. */
  mtimeMs: number
  sha256: string
  /** Name of the configuration that its tensors fit. */
  configName: string
  /** Side of the model's square input, pixels. */
  imageSize: number
  /** Upstream's configuration as the user gave it; null where the tensors tell it. */
  config: unknown
  /** For an adapter (LoRA): the model that it changes. */
  base: BaseModel | null
  /** Address or path that the file came from. */
  from: string
  /** UTC ISO 8601. */
  addedAt: string
}

/** The model under an adapter. */
export interface BaseModel {
  id: string
  sha256: string
  /** Factor of the adapter's change; null for the adapter's own. */
  scale: number | null
}

/** Names that a model of the user's may have. */
export const MODEL_NAME: RegExp = /^[a-z0-9][a-z0-9.-]{0,63}$/

const REMEDY = 'Delete it, then run scarline models import again.'

function recordPath(folder: string, id: string): string {
  return join(folder, `${id}.json`)
}

/**
 * The record of a model, null where it has none.
 * @throws ScarlineError `corrupt-file`
 */
export async function readRecord(folder: string, id: string): Promise<ModelRecord | null> {
  const path = recordPath(folder, id)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw diskError(error, `read ${path}`)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ScarlineError(`${path} is no JSON`, { code: 'corrupt-file', hint: REMEDY, cause })
  }
  if (!isRecord(value)) {
    throw new ScarlineError(`${path} does not describe a model`, {
      code: 'corrupt-file',
      hint: REMEDY,
    })
  }
  return value
}

function isRecord(value: unknown): value is ModelRecord {
  if (typeof value !== 'object' || value === null) return false
  const record = value as Partial<Record<keyof ModelRecord, unknown>>
  const base = record.base as Partial<BaseModel> | null | undefined
  return (
    record.formatVersion === 1 &&
    typeof record.id === 'string' &&
    MODEL_NAME.test(record.id) &&
    typeof record.file === 'string' &&
    !/[\\/]/.test(record.file) &&
    typeof record.bytes === 'number' &&
    typeof record.mtimeMs === 'number' &&
    typeof record.sha256 === 'string' &&
    typeof record.configName === 'string' &&
    typeof record.imageSize === 'number' &&
    typeof record.from === 'string' &&
    typeof record.addedAt === 'string' &&
    (base === null ||
      (typeof base === 'object' &&
        typeof base.id === 'string' &&
        typeof base.sha256 === 'string' &&
        (base.scale === null || typeof base.scale === 'number')))
  )
}

/** Writes a model's record; the name stands for the old content or the new, whole. */
export async function writeRecord(folder: string, record: ModelRecord): Promise<void> {
  await writeWhole(recordPath(folder, record.id), `${JSON.stringify(record, null, 2)}\n`)
}

/** Removes a model's record; no error where there is none. */
export async function removeRecord(folder: string, id: string): Promise<void> {
  await rm(recordPath(folder, id), { force: true })
}

async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.half-written-${randomBytes(6).toString('hex')}`
  try {
    const file = await open(beside, 'wx')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {})
    throw diskError(error, `write ${path}`)
  }
}
