import { type LngLat, ScarlineError, addPrompts, readMaskFile } from '@scarline/core'
import { gather, parseBbox, parseInteger, parseLngLat } from '../coordinates.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

interface PromptOptions {
  frame: string
  positive?: LngLat[]
  negative?: LngLat[]
  box?: [number, number, number, number]
  mask?: string
  object: number
  replace?: boolean
  by?: string
  why?: string
}

export const define: DefineCommand = (command, terminal) =>
  command
    .requiredOption('--frame <date|index>', 'the frame: YYYY-MM-DD or its index')
    .option(
      '--positive <lng,lat...>',
      'a place inside the scar (again for more)',
      gather(parseLngLat),
    )
    .option('--negative <lng,lat...>', 'a place outside (again for more)', gather(parseLngLat))
    .option('--box <w,s,e,n>', 'a box around the scar', parseBbox)
    .option('--mask <file>', 'the scar as polygons or a raster, any GDAL format')
    .option('--object <n>', 'which object', parseInteger('--object', 1, 10_000), 1)
    .option('--replace', "forget this object's earlier prompts on the frame")
    .option('--by <name>', 'who says so')
    .option('--why <text>', 'on what grounds')
    .action(async (site: string, options: PromptOptions) => {
      if (options.mask !== undefined && options.mask === '') {
        throw new ScarlineError('got an empty --mask, expected a file', { code: 'usage' })
      }
      const summary = await withSite(site, async (folder) => {
        const mask =
          options.mask === undefined ? undefined : await readMaskFile(folder, options.mask)
        return addPrompts(folder, {
          frame: options.frame,
          objectId: options.object,
          ...(options.positive ? { positive: options.positive } : {}),
          ...(options.negative ? { negative: options.negative } : {}),
          ...(options.box ? { box: options.box } : {}),
          ...(mask ? { mask } : {}),
          ...(options.replace ? { replace: true } : {}),
          ...(options.by === undefined ? {} : { by: options.by }),
          ...(options.why === undefined ? {} : { why: options.why }),
        })
      })
      terminal.print(
        `frame ${summary.frameIndex} (${summary.sceneId}), object ${summary.objectId}: ` +
          `${summary.added} added, ${summary.total} prompts now; run scarline track to carry them on`,
      )
      printJson(terminal, summary)
    })
