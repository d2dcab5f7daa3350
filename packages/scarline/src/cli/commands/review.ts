import { describeSite } from '../../server/studio/site-view.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

const SHOWN = 12

export const define: DefineCommand = (command, terminal) =>
  command.action(async (site: string) => {
    const { reviewQueue } = await withSite(site, (folder) => describeSite(folder, []), {
      lock: false,
    })
    for (const { sceneId, objectId, gainM2 } of reviewQueue.slice(0, SHOWN)) {
      terminal.print(`${sceneId}  object ${objectId}  ${Math.round(gainM2)} m² to gain`)
    }
    terminal.print(`${reviewQueue.length} frames to look at`)
    printJson(terminal, { reviewQueue })
  })
