import { listScenes, setScenesKept } from '@scarline/core'
import { gather } from '../coordinates.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--keep <id>', 'keep a scene (again for more)', gather(String))
    .option('--reject <id>', 'reject a scene (again for more)', gather(String))
    .action(async (site: string, options: { keep?: string[]; reject?: string[] }) => {
      const { keep = [], reject = [] } = options
      const isChange = keep.length + reject.length > 0
      const scenes = await withSite(
        site,
        (folder) => (isChange ? setScenesKept(folder, { keep, reject }) : listScenes(folder)),
        { lock: isChange },
      )
      for (const scene of scenes) {
        const seen =
          scene.validFraction === null ? '   -' : `${Math.round(scene.validFraction * 100)}%`
        terminal.print(
          [
            scene.kept ? 'kept    ' : scene.status === 'failed' ? 'failed  ' : 'rejected',
            scene.id.padEnd(16),
            scene.capturedAt.slice(0, 10),
            seen.padStart(4),
            scene.decidedBy === 'user' ? 'by hand ' : '        ',
            [scene.reason, ...scene.flags].filter(Boolean).join('; '),
          ]
            .join('  ')
            .trimEnd(),
        )
      }
      const kept = scenes.filter((scene) => scene.kept).length
      terminal.print(`${kept} of ${scenes.length} scenes kept`)
      printJson(terminal, { kept, scenes })
    })
