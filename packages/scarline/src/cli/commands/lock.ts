import { setLocked } from '@scarline/core'
import type { Command } from 'commander'
import { gather, parseInteger } from '../coordinates.ts'
import type { Terminal } from '../terminal.ts'
import { type AddCommand, printJson, withSite } from './define.ts'

function addLocking(program: Command, terminal: Terminal, locked: boolean): Command {
  const name = locked ? 'lock' : 'unlock'
  return program
    .command(`${name} <site>`)
    .description(
      locked
        ? 'accept frames: their masks never change until unlocked'
        : 'let accepted frames be computed again',
    )
    .requiredOption('--frame <date|index...>', 'the frame (again for more)', gather(String))
    .option('--object <n>', 'only this object', parseInteger('--object', 1, 10_000))
    .action(async (site: string, options: { frame: string[]; object?: number }) => {
      const summary = await withSite(site, (folder) =>
        setLocked(folder, {
          frames: options.frame,
          locked,
          ...(options.object === undefined ? {} : { objectId: options.object }),
        }),
      )
      terminal.print(
        `${summary.changed.length} frames ${name}ed, ${summary.totalLocked} masks locked in all`,
      )
      printJson(terminal, summary)
    })
}

export const addLock: AddCommand = (program, terminal) => addLocking(program, terminal, true)
export const addUnlock: AddCommand = (program, terminal) => addLocking(program, terminal, false)
