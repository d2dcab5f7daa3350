import { resolve } from 'node:path'
import { createSiteRegistry } from '../../server/studio/site-registry.ts'
import { type SiteSummary, summariseSite } from '../../server/studio/site-view.ts'
import { type AddCommand, printJson } from './define.ts'

export const addSites: AddCommand = (program, terminal) =>
  program
    .command('sites [dir]')
    .description('list the sites of a folder: how far each is, its frames and last area')
    .action(async (given: string | undefined) => {
      const dir = resolve(given ?? '.')
      const registry = await createSiteRegistry(dir)
      try {
        const ids = await registry.list()
        const sites = []
        for (const id of ids) sites.push(await summariseSite(id, () => registry.read(id)))
        for (const { id, stage, frames, lastAt, area, error } of sites) {
          const lastM2 = area.at(-1)?.[1]
          const told = [
            ...[stage, `${frames} frames`, lastAt === null ? '' : `to ${lastAt.slice(0, 10)}`],
            lastM2 === undefined ? '' : `${Math.round(lastM2).toLocaleString('en')} m²`,
          ]
          terminal.print(`${id}  ${error?.message ?? told.filter(Boolean).join('  ')}`)
        }
        terminal.print(`${sites.length} sites in ${dir}`)
        printJson(terminal, { dir, sites: sites.map(withoutPicture) })
      } finally {
        await registry.close()
      }
    })

/** Pictures have an address in the studio only. */
function withoutPicture({ thumbnail: _thumbnail, ...site }: SiteSummary): object {
  return site
}
