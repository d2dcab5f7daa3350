import { readFile, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ScarlineError } from '../errors.ts'
import type { Run } from '../model/run-event.ts'
import type { Mask } from '../raster/raster.ts'
import { demFile, sceneFiles, siteDocument, truthFile } from '../simulate/archive-files.ts'
import { planValley } from '../simulate/plan-valley.ts'
import { renderScene } from '../simulate/render-scene.ts'
import { stacItems } from '../simulate/stac-item.ts'
import type { SimulateOptions, ValleyPlan } from '../simulate/valley-plan.ts'
import { buildValley, truthOn } from '../simulate/valley.ts'
import { nodeFileStore } from '../site/node-file-store.ts'

/** What {@link simulate} wrote. */
export interface SimulateSummary {
  dir: string
  name: string
  scenes: number
  /** Items, twins included. */
  items: number
  events: ValleyPlan['events']
  firstAreaM2: number
  lastAreaM2: number
}

const STAGE = 'simulate'
const OWN_ENTRIES = ['assets', 'truth', 'dem.tif', 'items.json', 'site.json'] as const
const PIXEL_AREA_M2 = 4

async function isSimulated(dir: string): Promise<boolean> {
  try {
    const site: unknown = JSON.parse(await readFile(join(dir, 'site.json'), 'utf8'))
    return typeof site === 'object' && site !== null && Object.hasOwn(site, 'simulation')
  } catch {
    return false
  }
}

async function prepareFolder(dir: string): Promise<void> {
  const entries = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    const got = error.code === 'ENOTDIR' ? 'a file' : `an unreadable folder (${error.code})`
    throw new ScarlineError(`got ${got} at ${dir}, expected a folder to write into`, {
      code: error.code === 'ENOTDIR' ? 'usage' : 'disk',
      hint: 'Give the name of a new folder.',
      cause: error,
    })
  })
  if (entries.length === 0) return
  if (!(await isSimulated(dir))) {
    throw new ScarlineError(
      `got ${dir}, a folder with other files in it, expected an empty one or a simulated archive`,
      { code: 'usage', hint: 'Give the name of a new folder.', details: { dir } },
    )
  }
  for (const entry of OWN_ENTRIES) await rm(join(dir, entry), { recursive: true, force: true })
}

/**
 * Simulates a landslide valley as a STAC archive with known truth: items.json, assets/ of full-tile
 * sparse COGs, truth/ of 2 m masks, dem.tif and site.json. Equal options give equal bytes. An archive
 * that an earlier run made is replaced; any other folder with files is refused.
 *
 * @throws ScarlineError `usage` for options out of range or a folder that is not ours
 */
export async function* simulate(
  dir: string,
  options: SimulateOptions & { signal?: AbortSignal } = {},
): Run<SimulateSummary> {
  const { signal, ...valleyOptions } = options
  const plan = planValley(valleyOptions)
  signal?.throwIfAborted()
  const root = resolve(dir)
  await prepareFolder(root)
  const files = nodeFileStore(root)
  const total = plan.scenes.length
  yield { type: 'started', stage: STAGE, total, message: `${plan.name}: ${total} acquisitions` }
  // Marks the folder as ours from the first file on, so that a broken-off run can be repeated.
  await files.write('site.json', JSON.stringify({ name: plan.name, simulation: 'unfinished' }))
  const valley = buildValley(plan)
  const dem = await demFile(valley)
  await files.write(dem.name, dem.bytes)
  const items: object[] = []
  const areas = new Map<string, number>()
  let firstTruth: Mask | null = null
  for (const [index, scene] of plan.scenes.entries()) {
    signal?.throwIfAborted()
    const truth = truthOn(valley, scene.day)
    firstTruth ??= truth
    areas.set(scene.date, PIXEL_AREA_M2 * truth.data.reduce((sum, bit) => sum + bit, 0))
    const rendered = renderScene(valley, scene)
    const written = [
      await truthFile(scene.date, truth),
      ...(await sceneFiles(plan, scene, rendered)),
    ]
    for (const file of written) await files.write(file.name, file.bytes)
    items.push(...stacItems(plan, scene, rendered.missingFraction))
    yield { type: 'progress', stage: STAGE, done: index + 1, total, item: scene.id }
  }
  await files.write('items.json', JSON.stringify({ type: 'FeatureCollection', features: items }))
  const document = siteDocument(plan, firstTruth as Mask, areas)
  await files.write('site.json', JSON.stringify(document, null, 1))
  const reached = [...areas.values()]
  const summary: SimulateSummary = {
    dir: root,
    name: plan.name,
    scenes: total,
    items: items.length,
    events: plan.events,
    firstAreaM2: reached[0] as number,
    lastAreaM2: reached.at(-1) as number,
  }
  yield {
    type: 'done',
    stage: STAGE,
    message: `${items.length} items of ${total} acquisitions in ${root}`,
    summary,
  }
  return summary
}
