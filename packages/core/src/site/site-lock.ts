import { open, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { ScarlineError } from '../errors.ts'
import { diskError } from './node-file-store.ts'

const LOCK_FILE = '.scarline-lock'

interface Holder {
  pid: number
  host: string
  since: string
  /** When the process began, as the system counts it; null where it does not tell. */
  processStart: string | null
}

/** The right to write to a site folder, held until released. */
export interface SiteLock {
  release(): Promise<void>
}

/**
 * Takes the site folder for this process. A lock whose process has died on this machine is taken over.
 * @throws ScarlineError `site-locked` when another running command holds it.
 */
export async function lockSite(dir: string): Promise<SiteLock> {
  const path = join(dir, LOCK_FILE)
  const self: Holder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    processStart: (await processState(process.pid))?.start ?? null,
  }
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(path, 'wx')
      await file.writeFile(JSON.stringify(self))
      await file.close()
      if (attempt > 0 && !(await stillHolds(path, self))) continue
      let released = false
      return {
        async release() {
          if (released) return
          released = true
          await rm(path, { force: true })
        },
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw diskError(error, `lock ${dir}`)
    }
    const holder = await readHolder(path)
    if (holder && (await isRunning(holder))) {
      throw new ScarlineError(
        `${dir} is in use by another command (process ${holder.pid} on ${holder.host}, since ${holder.since})`,
        {
          code: 'site-locked',
          hint: `Wait for it to end; if no such command runs, delete ${path}.`,
          details: { ...holder },
        },
      )
    }
    await rm(path, { force: true })
  }
  throw new ScarlineError(`could not lock ${dir}: other commands keep taking it`, {
    code: 'site-locked',
    hint: 'Run one command on a site at a time.',
  })
}

/** Two processes may take over the same dead lock at once: the one whose file stays has it. */
async function stillHolds(path: string, self: Holder): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 80))
  const holder = await readHolder(path)
  return holder?.pid === self.pid && holder.since === self.since
}

async function readHolder(path: string): Promise<Holder | null> {
  // A holder writes right after creating the file: give it a moment before calling it dead.
  for (let attempt = 0; attempt < 5; attempt++) {
    const text = await readFile(path, 'utf8').catch(() => '')
    try {
      return JSON.parse(text) as Holder
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
  }
  return null
}

async function isRunning(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const state = await processState(holder.pid)
  if (state === null) return true
  return !state.ended && (holder.processStart === null || holder.processStart === state.start)
}

/**
 * What Linux tells of a process: a killed one that its parent has not yet taken note of still has a
 * number, and the number of a dead one may have been given to another. Null on other systems.
 */
async function processState(pid: number): Promise<{ ended: boolean; start: string } | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (text === null) return null
  // Fields from the third on follow the command's name, which may itself hold blanks and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { ended: fields[0] === 'Z' || fields[0] === 'X', start: fields[19] ?? '' }
}
