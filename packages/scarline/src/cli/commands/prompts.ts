import { type Prompt, ScarlineError } from '@scarline/core'
import { gather } from '../coordinates.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--remove <id>', 'take a prompt away (again for more)', gather(String))
    .action(async (site: string, { remove = [] }: { remove?: string[] }) => {
      const prompts = await withSite(
        site,
        async (folder) => {
          const all = await folder.readPrompts()
          const unknown = remove.find((id) => !all.some((prompt) => prompt.id === id))
          if (unknown !== undefined) {
            throw new ScarlineError(`there is no prompt ${unknown}`, {
              code: 'not-found',
              hint: 'Run scarline prompts without options to see them.',
            })
          }
          const kept = all.filter(({ id }) => !remove.includes(id))
          if (remove.length > 0) await folder.writePrompts(kept)
          return kept
        },
        { lock: remove.length > 0 },
      )
      for (const prompt of prompts) terminal.print(lineOf(prompt))
      terminal.print(`${prompts.length} prompts`)
      printJson(terminal, { removed: remove.length, prompts })
    })

function lineOf(prompt: Prompt): string {
  const { id, sceneId, objectId } = prompt
  return `${id}  ${sceneId}  object ${objectId}  ${saidOf(prompt)}`
}

function saidOf(prompt: Prompt): string {
  switch (prompt.kind) {
    case 'point':
      return `${prompt.positive ? 'inside ' : 'outside'} ${prompt.lngLat.join(',')}`
    case 'box':
      return `box     ${prompt.bboxLngLat.join(',')}`
    case 'mask':
      return `drawn   ${prompt.file}`
  }
}
