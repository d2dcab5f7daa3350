import { acquire } from '@scarline/core'
import { parseInteger } from '../coordinates.ts'
import { type AddCommand, printJson, withSite } from './define.ts'

export const addAcquire: AddCommand = (program, terminal) =>
  program
    .command('acquire <site>')
    .description('search the archive, drop duplicates, read the windows, screen clouds')
    .option('--concurrency <n>', 'scenes read at once', parseInteger('--concurrency', 1, 64), 6)
    .action(async (site: string, options: { concurrency: number }) => {
      const summary = await withSite(site, (folder) =>
        terminal.follow(
          acquire(folder, { concurrency: options.concurrency, signal: terminal.signal }),
        ),
      )
      printJson(terminal, summary)
    })
