import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { OWN_PROCESS, ScarlineError, diskError, isOfDeadProcess } from '@scarline/core'
import type { Context } from 'hono'
import type { StudioEnv } from './context.ts'
import { readMultipart } from './multipart.ts'
import { Refusal, bodyOf } from './refusal.ts'

/** A form whose files were put on the disk. Remove it when done. */
export interface Upload {
  fields: ReadonlyMap<string, string>
  /** Files by the name of their field. */
  files: ReadonlyMap<string, readonly UploadedFile[]>
  /** Holds the files, in the folders that they were dropped with. */
  dir: string
  remove(): Promise<void>
}

export interface UploadedFile {
  /** What the client called it, with folders. */
  name: string
  path: string
}

/** Beside the sites, so that large rasters lie on the disk that has room for them. */
const FOLDER = '.scarline-uploads'
const MAX_FIELD_BYTES = 2 ** 20
const MAX_DEPTH = 12
const MAX_FIELDS = 64
const STALE_MS = 86_400_000

/**
 * Takes a form's files onto the disk as they come.
 *
 * @param root the served directory
 * @throws ScarlineError `usage` for a damaged form or a file name that leaves its folder; `disk`
 */
export async function receiveUpload(c: Context<StudioEnv>, root: string): Promise<Upload> {
  const parent = join(root, FOLDER)
  await mkdir(parent, { recursive: true }).catch((error: unknown) => {
    throw diskError(error, `make the folder ${parent}`)
  })
  const dir = await mkdtemp(join(parent, OWN_PREFIX))
  const remove = async (): Promise<void> => {
    await rm(dir, { recursive: true, force: true })
    // Gone with the last upload; others may be using it.
    await rmdir(parent).catch(() => {})
  }
  const fields = new Map<string, string>()
  const files = new Map<string, UploadedFile[]>()
  try {
    const source = bodyOf(c.req.raw.body as AsyncIterable<Uint8Array> | null)
    for await (const part of readMultipart(c.req.header('content-type') ?? '', source)) {
      if (part.fileName === null) {
        if (fields.size >= MAX_FIELDS) throw tooLarge(`a form of more than ${MAX_FIELDS} fields`)
        fields.set(part.name, await textOf(part.body, part.name))
        continue
      }
      const path = join(dir, ...safeParts(part.fileName))
      await store(path, part.body)
      const file = { name: part.fileName, path }
      files.set(part.name, [...(files.get(part.name) ?? []), file])
    }
  } catch (error) {
    await remove()
    throw error
  }
  return { fields, files, dir, remove }
}

/** A text that names files where they lie now, in the names that the person knows. */
export function inDroppedNames(text: string, dir: string): string {
  return text.replaceAll(`${dir}/`, '').replaceAll(dir, 'what was dropped')
}

/** Folders and name of a dropped file. @throws ScarlineError `usage` where they lead elsewhere */
function safeParts(name: string): string[] {
  const parts = name.split(/[/\\]/)
  const isOdd = (part: string): boolean =>
    part === '' || part === '.' || part === '..' || /[\p{Cc}:*?"<>|]/u.test(part)
  if (parts.some(isOdd) || parts.length > MAX_DEPTH || name.length > 1000) {
    throw new ScarlineError(`got the file name ${JSON.stringify(name)}, expected a plain one`, {
      code: 'usage',
      hint: 'Rename the file and drop it again.',
    })
  }
  return parts
}

async function store(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await pipeline(Readable.from(body), createWriteStream(path, { flags: 'wx' }))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new ScarlineError(`got two files named ${basename(path)}, expected one of each`, {
        code: 'usage',
        hint: 'Drop the folder that holds them, or rename one.',
      })
    }
    throw diskError(error, `store ${basename(path)}`)
  }
}

async function textOf(body: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > MAX_FIELD_BYTES) {
      throw tooLarge(`a field ${name} of more than ${MAX_FIELD_BYTES / 2 ** 20} MiB`)
    }
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function tooLarge(what: string): Refusal {
  return new Refusal(`got ${what}`, { status: 422, code: 'too-large' })
}

const OWN_PREFIX = `upload-${OWN_PROCESS}-`

/**
 * Removes what studios left that were killed in the middle of an upload.
 * @param root the served directory
 */
export async function removeLeftUploads(root: string): Promise<void> {
  const parent = join(root, FOLDER)
  const names = await readdir(parent).catch(() => [])
  for (const name of names) {
    const path = join(parent, name)
    const facts = await stat(path).catch(() => null)
    const isOld = facts !== null && Date.now() - facts.mtimeMs > STALE_MS
    // A folder that cannot be removed is no reason not to start.
    if (isOld || isOfDeadProcess(name)) {
      await rm(path, { recursive: true, force: true }).catch(() => {})
    }
  }
  if (names.length > 0) await rmdir(parent).catch(() => {})
}
