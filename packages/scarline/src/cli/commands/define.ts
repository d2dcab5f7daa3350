import { type SiteFolder, openSiteFolder } from '@scarline/core'
import type { Command } from 'commander'
import type { Terminal } from '../terminal.ts'

/** Gives a command its options and what it does. */
export type DefineCommand = (command: Command, terminal: Terminal) => void

/**
 * Opens a site while `work` runs, for writing unless `lock` is false; the lock is released whatever
 * happens.
 */
export async function withSite<T>(
  dir: string,
  work: (folder: SiteFolder) => Promise<T>,
  options: { lock?: boolean } = {},
): Promise<T> {
  const folder = await openSiteFolder(dir, options)
  try {
    return await work(folder)
  } finally {
    await folder.close()
  }
}

/** Prints a command's result document where `--json` was given. */
export function printJson(terminal: Terminal, result: unknown): void {
  if (terminal.json) process.stdout.write(`${JSON.stringify({ ok: true, result })}\n`)
}
