import { resolve } from 'node:path'
import type { SiteListing } from '@scarline/core'
import { createSiteRegistry } from '../../server/studio/site-registry.ts'
import { summariseSite } from '../../server/studio/site-view.ts'
import { type DefineCommand, printJson } from './define.ts'

export const define: DefineCommand = (command, terminal) =>
  command.action(async (given: string | undefined) => {
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
function withoutPicture({ thumbnail: _thumbnail, ...site }: SiteListing): object {
  return site
}
