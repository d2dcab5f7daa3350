import type { z } from 'zod'
import type { FileStore } from '../model/file-store.ts'
import { ScarlineError } from '../errors.ts'

/** One JSON document of the site folder: its name, schema, newest version and the step that makes it. */
export interface SiteDocument<T> {
  name: string
  schema: z.ZodType<T>
  formatVersion: number
  /** Shown when the document is missing. */
  hint: string
  /** Shown when it is damaged. */
  mend: string
}

/**
 * Reads and checks a document; null where it does not exist.
 * @throws ScarlineError `site-version` for one from a newer Scarline, `corrupt-file` for a damaged one.
 */
export async function readDocument<T>(files: FileStore, doc: SiteDocument<T>): Promise<T | null> {
  const bytes = await files.readIfExists(doc.name)
  if (bytes === null) return null
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    throw new ScarlineError(`${doc.name} is not valid JSON: ${(error as Error).message}`, {
      code: 'corrupt-file',
      hint: doc.mend,
      cause: error,
    })
  }
  const version = (value as { formatVersion?: unknown } | null)?.formatVersion
  if (typeof version === 'number' && version > doc.formatVersion) {
    throw new ScarlineError(
      `${doc.name} has formatVersion ${version}, this Scarline reads up to ${doc.formatVersion}`,
      { code: 'site-version', hint: 'Update Scarline; the folder was not changed.' },
    )
  }
  if (version === undefined) {
    throw new ScarlineError(`${doc.name} has no formatVersion: it is not one of Scarline's`, {
      code: 'corrupt-file',
      hint: 'Check that the folder is a Scarline site.',
    })
  }
  const parsed = doc.schema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new ScarlineError(
      `${doc.name}: ${issue?.message ?? 'not as expected'} at ${issue?.path.join('.') || 'the top'}`,
      {
        code: 'corrupt-file',
        hint: doc.mend,
        cause: parsed.error,
      },
    )
  }
  return parsed.data
}

/** As {@link readDocument}, but a missing document is an error that names the step to run. */
export async function requireDocument<T>(files: FileStore, doc: SiteDocument<T>): Promise<T> {
  const value = await readDocument(files, doc)
  if (value === null) {
    throw new ScarlineError(`there is no ${doc.name} yet`, { code: 'missing-step', hint: doc.hint })
  }
  return value
}

/** Writes a document, indented, with a last newline. */
export async function writeDocument<T>(
  files: FileStore,
  doc: SiteDocument<T>,
  value: T,
): Promise<void> {
  await files.write(doc.name, `${JSON.stringify(value, null, 1)}\n`)
}
