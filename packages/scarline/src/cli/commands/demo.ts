import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  ScarlineError,
  type SiteFolder,
  addPrompts,
  initSite,
  openSiteFolder,
  simulate,
} from '@scarline/core'
import { startArchiveServer } from '../../server/archive-server.ts'
import { parseInteger } from '../coordinates.ts'
import type { Terminal } from '../terminal.ts'
import { type DefineCommand, printJson } from './define.ts'
import { type EvolveResult, evolve, makeFrames } from './run.ts'

/** A valley small enough for two cores and three minutes: both failures and the years around them. */
const VALLEY = {
  scenario: 'baige',
  sizeM: 1600,
  sceneCount: 44,
  from: '2017-01-01',
  to: '2020-06-30',
} as const

const COLLECTION = 'sentinel-2-l2a'

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--seed <n>', 'another valley', parseInteger('--seed', 0, 2 ** 31), 1)
    .action(async (dir: string | undefined, options: { seed: number }) => {
      printJson(terminal, await demo(resolve(dir ?? 'scarline-demo'), options.seed, terminal))
    })

/** What the simulator says of its valley (site.json of the archive). */
interface Valley {
  name: string
  bbox: [west: number, south: number, east: number, north: number]
  prompts: { frame_date: string; positive: [number, number][]; negative: [number, number][] }
}

async function demo(dir: string, seed: number, terminal: Terminal): Promise<EvolveResult> {
  const archive = join(dir, `archive-${seed}`)
  const valley = (await readValley(archive)) ?? (await simulateValley(archive, seed, terminal))
  const server = await startArchiveServer({ dir: archive })
  try {
    const folder = await openSite(join(dir, `site-${seed}`), valley, server.url)
    try {
      await makeFrames(folder, terminal)
      await promptAsExpert(folder, valley)
      return await evolve(folder, terminal, { segmenter: 'ndvi', truth: join(archive, 'truth') })
    } finally {
      await folder.close()
    }
  } finally {
    await server.close()
  }
}

async function readValley(archive: string): Promise<Valley | null> {
  const text = await readFile(join(archive, 'site.json'), 'utf8').catch(() => null)
  const valley = text === null ? null : (JSON.parse(text) as Partial<Valley>)
  return valley?.prompts ? (valley as Valley) : null
}

async function simulateValley(archive: string, seed: number, terminal: Terminal): Promise<Valley> {
  await terminal.follow(simulate(archive, { ...VALLEY, seed, signal: terminal.signal }))
  return (await readValley(archive)) as Valley
}

async function openSite(dir: string, valley: Valley, url: string): Promise<SiteFolder> {
  if (!existsSync(join(dir, 'site.json'))) {
    return initSite(dir, {
      bbox: valley.bbox.join(','),
      from: VALLEY.from,
      to: VALLEY.to,
      stac: url,
      collection: COLLECTION,
      name: valley.name,
    })
  }
  // The server takes any free port: a demo that goes on has to look at the new address.
  const folder = await openSiteFolder(dir)
  const site = await folder.readSite()
  await folder.writeSite({ ...site, source: { kind: 'stac', url, collection: COLLECTION } })
  return folder
}

async function promptAsExpert(folder: SiteFolder, { prompts }: Valley): Promise<void> {
  if ((await folder.readPrompts()).length > 0) return
  const { frames } = await folder.readFrames()
  const frame = frames.find(({ capturedAt }) => capturedAt.startsWith(prompts.frame_date))
  if (!frame) {
    throw new ScarlineError(`the frame of ${prompts.frame_date} was not kept`, {
      code: 'no-scenes',
      hint: 'Try another --seed.',
    })
  }
  await addPrompts(folder, {
    frame: frame.sceneId,
    positive: prompts.positive,
    negative: prompts.negative,
    by: 'simulated expert',
  })
}
