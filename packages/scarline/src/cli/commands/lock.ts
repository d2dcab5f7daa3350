import { setLocked } from '@scarline/core'
import { gather, parseInteger } from '../coordinates.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

export const define: DefineCommand = (command, terminal) => {
  const locked = command.name() === 'lock'
  command
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
        `${summary.changed.length} frames ${locked ? 'locked' : 'unlocked'}, ${summary.totalLocked} masks locked in all`,
      )
      printJson(terminal, summary)
    })
}
