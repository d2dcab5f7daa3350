import type { DefineCommand } from './define.ts'

/** A command as the help lists it. What it takes and does is read when it is called. */
export interface ListedCommand {
  /** Its name and arguments: `<needed>`, `[not needed]`. */
  usage: string
  description: string
  load(): Promise<{ define: DefineCommand }>
}

/** Every command, in the order in which the help lists them. */
export const commands: readonly ListedCommand[] = [
  {
    usage: 'demo [dir]',
    description: 'simulate a valley, then do the whole job on it and check it against the truth',
    load: () => import('./demo.ts'),
  },
  {
    usage: 'simulate <dir>',
    description: 'a landslide valley with known truth, as a STAC archive',
    load: () => import('./simulate.ts'),
  },
  {
    usage: 'sites [dir]',
    description: 'list the sites of a folder: how far each is, its frames and last area',
    load: () => import('./sites.ts'),
  },
  {
    usage: 'init <site>',
    description: 'make a site folder: area, span of years, where the scenes come from',
    load: () => import('./init.ts'),
  },
  {
    usage: 'acquire <site>',
    description: 'search the archive, drop duplicates, read the windows, screen clouds',
    load: () => import('./acquire.ts'),
  },
  {
    usage: 'import <site> <files...>',
    description: 'local rasters instead of an archive: Theia/MAJA, STAC items, GeoTIFFs with dates',
    load: () => import('./import.ts'),
  },
  {
    usage: 'scenes <site>',
    description: 'list the acquisitions; keep or reject some by hand',
    load: () => import('./scenes.ts'),
  },
  {
    usage: 'frames <site>',
    description:
      'NDVI frames on the site grid: registered, resampled once, with pictures and a video',
    load: () => import('./frames.ts'),
  },
  {
    usage: 'prompt <site>',
    description: 'say on one frame what is the scar and what is not',
    load: () => import('./prompt.ts'),
  },
  {
    usage: 'prompts <site>',
    description: 'list what was said of the frames; take some of it away',
    load: () => import('./prompts.ts'),
  },
  {
    usage: 'track <site>',
    description: 'carry the masks from the prompts through all frames',
    load: () => import('./track.ts'),
  },
  {
    usage: 'review <site>',
    description: 'the frames where a look, and a correction if need be, gains most',
    load: () => import('./review.ts'),
  },
  {
    usage: 'lock <site>',
    description: 'accept frames: their masks never change until unlocked',
    load: () => import('./lock.ts'),
  },
  {
    usage: 'unlock <site>',
    description: 'let accepted frames be computed again',
    load: () => import('./lock.ts'),
  },
  {
    usage: 'undo <site>',
    description: 'take back what was last done in the studio',
    load: () => import('./undo.ts'),
  },
  {
    usage: 'redo <site>',
    description: 'do again what was last taken back',
    load: () => import('./undo.ts'),
  },
  {
    usage: 'analyse [site]',
    description: 'area with uncertainty, seasons, events, directions, new zones, dated boundaries',
    load: () => import('./analyse.ts'),
  },
  {
    usage: 'verify <site>',
    description:
      'compare the masks with ground truth: IoU, precision, recall, boundary F, area error',
    load: () => import('./verify.ts'),
  },
  {
    usage: 'plausibility <site>',
    description: 'is it a landslide? slope, position, river, aspect and InSAR of the masks',
    load: () => import('./plausibility.ts'),
  },
  {
    usage: 'report <site>',
    description:
      'one self-contained HTML, of a site or of analysed outlines: findings, maps, figures, tables, how it was made',
    load: () => import('./report.ts'),
  },
  {
    usage: 'export <site>',
    description:
      'the outputs for other programs: a STAC catalogue, a QGIS project (both by default)',
    load: () => import('./export.ts'),
  },
  {
    usage: 'run <site>',
    description: 'whatever is still to do: acquire, frames, track, analyse, report',
    load: () => import('./run.ts'),
  },
  {
    usage: 'studio [dir]',
    description: 'the web app on 127.0.0.1 over a folder of sites (or one site); Ctrl-C ends it',
    load: () => import('./studio.ts'),
  },
  {
    usage: 'watch <site>',
    description: 'look for new scenes, append them, tell a webhook or a command when a rule fires',
    load: () => import('./watch.ts'),
  },
  {
    usage: 'models',
    description: 'weights of the sam2 segmenters: list, fetch, bring your own',
    load: () => import('./models.ts'),
  },
  {
    usage: 'doctor',
    description: "what works on this machine and how to mend what doesn't",
    load: () => import('./doctor.ts'),
  },
]
