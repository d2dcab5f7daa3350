import { acquire } from '@scarline/core'
import { parseInteger } from '../coordinates.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--concurrency <n>', 'scenes read at once', parseInteger('--concurrency', 1, 64), 6)
    .action(async (site: string, options: { concurrency: number }) => {
      const summary = await withSite(site, (folder) =>
        terminal.follow(
          acquire(folder, { concurrency: options.concurrency, signal: terminal.signal }),
        ),
      )
      printJson(terminal, summary)
    })
