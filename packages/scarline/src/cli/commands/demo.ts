import { mkdir, readFile, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ScarlineError, addPrompts, initSite, openSiteFolder, simulate } from '@scarline/core'
import { startArchiveServer } from '../../server/archive-server.ts'
import { parseInteger } from '../coordinates.ts'
import type { Terminal } from '../terminal.ts'
import { type AddCommand, printJson } from './define.ts'
import { type RunResult, runAll } from './run.ts'

/** A valley small enough for two cores and three minutes: both failures and the years around them. */
const DEMO = {
  scenario: 'baige',
  sizeM: 1600,
  sceneCount: 44,
  from: '2017-01-01',
  to: '2020-06-30',
  pixelSizeM: 2,
} as const

export const addDemo: AddCommand = (program, terminal) =>
  program
    .command('demo [dir]')
    .description('simulate a valley, then do the whole job on it and check it against the truth')
    .option('--seed <n>', 'another valley', parseInteger('--seed', 0, 2 ** 31), 1)
    .action(async (dir: string | undefined, options: { seed: number }) => {
      const result = await demo(resolve(dir ?? 'scarline-demo'), options.seed, terminal)
      printJson(terminal, result)
    })

interface SimulatedSite {
  name: string
  bbox: [number, number, number, number]
  prompts: { frame_date: string; positive: [number, number][]; negative: [number, number][] }
}

async function demo(dir: string, seed: number, terminal: Terminal): Promise<RunResult> {
  const { signal } = terminal
  const archive = join(dir, `archive-${seed}`)
  const site = join(dir, `site-${seed}`)
  await mkdir(dir, { recursive: true })
  if (!existsSync(join(archive, 'site.json'))) {
    await rm(archive, { recursive: true, force: true })
    const { scenario, sizeM, sceneCount, from, to } = DEMO
    await terminal.follow(
      simulate(archive, { scenario, seed, sizeM, sceneCount, from, to, signal }),
    )
  }
  const simulated = JSON.parse(await readFile(join(archive, 'site.json'), 'utf8')) as SimulatedSite
  const server = await startArchiveServer({ dir: archive })
  try {
    const folder = existsSync(join(site, 'site.json'))
      ? await openSiteFolder(site)
      : (
          await initSite(site, {
            bboxLngLat: simulated.bbox,
            from: DEMO.from,
            to: DEMO.to,
            pixelSizeM: DEMO.pixelSizeM,
            stac: server.url,
            collection: 'sentinel-2-l2a',
            name: simulated.name,
          })
        ).folder
    try {
      const record = await folder.readSite()
      // The server takes any free port, so a demo that goes on has to look at the new address.
      await folder.writeSite({
        ...record,
        source: { kind: 'stac', url: server.url, collection: 'sentinel-2-l2a' },
      })
      const first = await runAllUntilPrompted(folder, terminal, simulated)
      return first ?? (await runAll(folder, terminal, { segmenter: 'ndvi', truth: join(archive, 'truth') }))
    } finally {
      await folder.close()
    }
  } finally {
    await server.close()
  }
}

async function runAllUntilPrompted(
  folder: Awaited<ReturnType<typeof openSiteFolder>>,
  terminal: Terminal,
  simulated: SimulatedSite,
): Promise<null> {
  if ((await folder.readPrompts()).length > 0) return null
  const { acquire, frames } = await import('@scarline/core')
  await terminal.follow(acquire(folder, { signal: terminal.signal }))
  await terminal.follow(frames(folder, { signal: terminal.signal }))
  const { prompts } = simulated
  const list = await folder.readFrames()
  const first = list.frames.find(({ capturedAt }) => capturedAt.startsWith(prompts.frame_date))
  if (!first) {
    throw new ScarlineError(`the frame of ${prompts.frame_date} was not kept`, {
      code: 'internal',
      hint: 'Try another --seed.',
    })
  }
  await addPrompts(folder, {
    frame: String(first.index),
    positive: prompts.positive,
    negative: prompts.negative,
    by: 'simulated expert',
  })
  return null
}
