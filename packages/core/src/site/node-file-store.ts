import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import type { FileStore } from '../model/file-store.ts'
import { ScarlineError } from '../errors.ts'
import { writeAtomically } from './write-atomically.ts'

/** A {@link FileStore} over a folder of this machine. Names that leave the folder are refused. */
export function nodeFileStore(dir: string): FileStore {
  const root = resolve(dir)
  const pathOf = (name: string): string => {
    const path = resolve(root, name)
    if (path !== root && !path.startsWith(root + sep)) {
      throw new ScarlineError(`got the file name ${name}, expected one inside ${root}`, {
        code: 'invalid-input',
      })
    }
    return path
  }
  // Of two writes to one file, the later call has the last word.
  const last = new Map<string, Promise<void>>()
  const inTurn = async (path: string, write: () => Promise<void>): Promise<void> => {
    const mine = (last.get(path) ?? Promise.resolve()).then(write, write)
    last.set(path, mine)
    try {
      await mine
    } finally {
      if (last.get(path) === mine) last.delete(path)
    }
  }
  const read = async (name: string): Promise<Uint8Array> => {
    try {
      return await readFile(pathOf(name))
    } catch (error) {
      throw diskError(error, `read ${pathOf(name)}`)
    }
  }
  return {
    read,
    async readIfExists(name) {
      try {
        return await readFile(pathOf(name))
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null
        throw diskError(error, `read ${pathOf(name)}`)
      }
    },
    async write(name, bytes, { durable = true } = {}) {
      const path = pathOf(name)
      try {
        await inTurn(path, async () => {
          await makeFolder(dirname(path))
          await writeAtomically(path, bytes, durable)
        })
      } catch (error) {
        throw diskError(error, `write ${path}`)
      }
    },
    async exists(name) {
      return stat(pathOf(name)).then(
        () => true,
        () => false,
      )
    },
    async remove(name) {
      try {
        await rm(pathOf(name), { force: true, recursive: true })
      } catch (error) {
        throw diskError(error, `remove ${pathOf(name)}`)
      }
    },
  }
}

/**
 * Makes a folder with those above it.
 * @throws ScarlineError `disk` where that may not be
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    // Node says "no such file" of a folder on a disk that cannot be written.
    const isReadOnly = codeOf(error) === 'ENOENT'
    const cause = isReadOnly ? Object.assign(new Error('read-only'), { code: 'EROFS' }) : error
    throw diskError(cause, `make the folder ${path}`)
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code
}

/** What a file operation's failure means to a person, as a {@link ScarlineError}. */
export function diskError(error: unknown, action: string): unknown {
  const code = codeOf(error)
  if (code === undefined || error instanceof ScarlineError) return error
  // A cancellation has a code, too.
  if ((error as Error).name === 'AbortError') return error
  const init = { code: 'disk', cause: error, details: { errno: code } } as const
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ScarlineError(`the disk is full: could not ${action}`, {
      ...init,
      hint: 'Free some space and run the command again; it resumes where it stopped.',
    })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new ScarlineError(`no permission to ${action}`, {
      ...init,
      hint: 'Choose a folder that you may write to.',
    })
  }
  if (code === 'ENOENT') {
    return new ScarlineError(`could not ${action}: there is no such file`, {
      ...init,
      code: 'not-found',
      hint: 'Check the path, or run the step that makes this file again.',
    })
  }
  return new ScarlineError(`could not ${action}: ${(error as Error).message}`, init)
}
