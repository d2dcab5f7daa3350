import { frames } from '@scarline/core'
import { type AddCommand, printJson, withSite } from './define.ts'

export const addFrames: AddCommand = (program, terminal) =>
  program
    .command('frames <site>')
    .description(
      'NDVI frames on the site grid: registered, resampled once, with pictures and a video',
    )
    .option('--no-video', 'leave out frames.mp4')
    .action(async (site: string, options: { video: boolean }) => {
      const summary = await withSite(site, (folder) =>
        terminal.follow(frames(folder, { video: options.video, signal: terminal.signal })),
      )
      printJson(terminal, summary)
    })
