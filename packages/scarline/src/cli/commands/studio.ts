import { resolve } from 'node:path'
import { createEngines } from '../../server/studio/engines.ts'
import { createStudioHistory } from '../../server/studio/history.ts'
import { createJobTools } from '../../server/studio/job-tools.ts'
import { workInChild } from '../../server/studio/job-workers.ts'
import { startStudio } from '../../server/studio/start-studio.ts'
import { openInBrowser } from '../browser.ts'
import { parseInteger } from '../coordinates.ts'
import { userModelFolder } from '../user-model-folder.ts'
import { VERSION } from '../version.ts'
import { type DefineCommand, printJson } from './define.ts'

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--port <n>', 'default: any free port', parseInteger('--port', 1, 65_535))
    .option('--no-open', 'do not open a browser')
    .action(async (dir: string | undefined, options: { port?: number; open: boolean }) => {
      const { choose } = createJobTools()
      const studio = await startStudio({
        dir: resolve(dir ?? '.'),
        ...(options.port === undefined ? {} : { port: options.port }),
        version: VERSION,
        engines: createEngines(userModelFolder(), choose),
        history: createStudioHistory(),
        worker: workInChild(),
        onInternalError: (error) =>
          terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      })
      const onInterrupt = (): void => {
        studio.close().catch(() => {})
      }
      terminal.signal.addEventListener('abort', onInterrupt)
      try {
        terminal.print(studio.url)
        terminal.note('open this address in a browser; Ctrl-C ends the studio')
        printJson(terminal, { url: studio.url, port: studio.port, dir: resolve(dir ?? '.') })
        if (options.open && !terminal.json) openInBrowser(studio.oneTimeUrl())
        if (terminal.signal.aborted) onInterrupt()
        await studio.ended
        // Says so where closing has failed.
        await studio.close()
      } finally {
        terminal.signal.removeEventListener('abort', onInterrupt)
      }
    })
