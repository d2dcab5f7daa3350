import { frames } from '@scarline/core'
import { type DefineCommand, printJson, withSite } from './define.ts'

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--no-video', 'leave out frames.mp4')
    .action(async (site: string, options: { video: boolean }) => {
      const summary = await withSite(site, (folder) =>
        terminal.follow(frames(folder, { video: options.video, signal: terminal.signal })),
      )
      printJson(terminal, summary)
    })
