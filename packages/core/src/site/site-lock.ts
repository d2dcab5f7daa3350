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
  const self: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
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
    if (holder && isRunning(holder)) {
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

function isRunning(holder: Holder): boolean {
  if (holder.host !== hostname()) return true
  try {
    process.kill(holder.pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
