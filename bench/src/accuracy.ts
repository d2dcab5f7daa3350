import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import {
  type Run,
  type SimulatedScenario,
  acquire,
  addPrompts,
  analyse,
  createNdviSegmenter,
  frames,
  initSite,
  openSiteFolder,
  simulate,
  track,
  verify,
} from '@scarline/core'
import { startArchiveServer } from 'scarline/archive-server'

const HELP = `node bench/dist/accuracy.js [options] [archive…]
Runs archive -> frames -> masks -> accuracy over HTTP with the prompts of the first frame only.
Without archives: the simulator's two scenarios.
  --seeds 1,2,3     seeds of the simulated archives (default 1)
  --scenario NAME   baige, sela or both (default both)
  --keep DIR        keep the site folders there; a second run tracks anew on the same frames
  --json            one JSON document on stdout`

/** What the simulator and the shared archives say of themselves (site.json). */
interface ArchiveFacts {
  bbox: [number, number, number, number]
  prompts: { frame_date: string; positive: [number, number][]; negative: [number, number][] }
  true_area_m2: Record<string, number>
}

interface Row {
  archive: string
  frames: number
  considered: number
  iou: number
  precision: number
  recall: number
  iouAll: number
  /** Share of frames whose true area lies in the 90 % interval. */
  coverage: number
  worst: { date: string; iou: number }[]
  seconds: Record<string, number>
  peakRssMb: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1' },
    scenario: { type: 'string', default: 'both' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(`${HELP}\n`)
  process.exit(0)
}

const work = values.keep ? resolve(values.keep) : await mkdtemp(join(tmpdir(), 'scarline-bench-'))
const rows: Row[] = []
try {
  for (const archive of positionals) rows.push(await measure(resolve(archive), basename(archive)))
  if (positionals.length === 0) {
    const scenarios: SimulatedScenario[] =
      values.scenario === 'both' ? ['baige', 'sela'] : [values.scenario as SimulatedScenario]
    for (const scenario of scenarios) {
      for (const seed of values.seeds.split(',').map(Number)) {
        const archive = join(work, `archive-${scenario}-${seed}`)
        if (!existsSync(join(archive, 'items.json')))
          await drain(simulate(archive, { scenario, seed }))
        rows.push(await measure(archive, `${scenario} seed ${seed}`))
      }
    }
  }
} finally {
  if (!values.keep) await rm(work, { recursive: true, force: true })
}
if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 1)}\n`)

async function measure(archive: string, name: string): Promise<Row> {
  const facts = JSON.parse(await readFile(join(archive, 'site.json'), 'utf8')) as ArchiveFacts
  const days = Object.keys(facts.true_area_m2).sort()
  const dir = join(work, `site-${basename(archive)}`)
  const seconds: Record<string, number> = {}
  let peakRss = 0
  const sampler = setInterval(() => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss())
  }, 100)
  const timed = async <T>(stage: string, job: () => Promise<T>): Promise<T> => {
    const start = performance.now()
    const result = await job()
    seconds[stage] = Math.round((performance.now() - start) / 100) / 10
    return result
  }
  const server = await startArchiveServer({ dir: archive })
  const folder = existsSync(join(dir, 'site.json'))
    ? await openSiteFolder(dir)
    : await initSite(dir, {
        bbox: facts.bbox.join(','),
        from: days[0] as string,
        to: days.at(-1) as string,
        stac: server.url,
        collection: 'sentinel-2-l2a',
      })
  try {
    const site = await folder.readSite()
    await folder.writeSite({
      ...site,
      source: { ...site.source, url: server.url } as typeof site.source,
    })
    const { considered } = await timed('acquire', () => drain(acquire(folder)))
    await timed('frames', () => drain(frames(folder)))
    if ((await folder.readPrompts()).length === 0) {
      const { frame_date: date, positive, negative } = facts.prompts
      const list = await folder.readFrames()
      const frame = list.frames.find(({ capturedAt }) => capturedAt.startsWith(date))
      if (!frame) throw new Error(`${name}: the prompted frame ${date} was not kept`)
      await addPrompts(folder, { frame: frame.sceneId, positive, negative })
    }
    await timed('track', () =>
      drain(track(folder, { segmenter: createNdviSegmenter(), all: true })),
    )
    const result = await timed('verify', () =>
      drain(verify(folder, { truth: join(archive, 'truth') })),
    )
    await timed('analyse', () => drain(analyse(folder)))
    const scores = JSON.parse(await readFile(join(dir, 'verification.json'), 'utf8')) as {
      frames: { capturedAt: string; observed: { iou: number }; all: { truthAreaM2: number } }[]
    }
    const worst = scores.frames
      .map(({ capturedAt, observed }) => ({ date: capturedAt.slice(0, 10), iou: observed.iou }))
      .sort((a, b) => a.iou - b.iou)
      .slice(0, 5)
    const intervals = await readIntervals(join(dir, 'analysis/area.csv'))
    const held = scores.frames.filter(({ capturedAt, all }) => {
      const interval = intervals.get(capturedAt)
      return interval && all.truthAreaM2 >= interval[0] && all.truthAreaM2 <= interval[1]
    })
    const { mean, meanAll } = result
    const row: Row = {
      archive: name,
      frames: result.frames,
      considered,
      iou: mean?.iou ?? NaN,
      precision: mean?.precision ?? NaN,
      recall: mean?.recall ?? NaN,
      iouAll: meanAll?.iou ?? NaN,
      coverage: held.length / scores.frames.length,
      worst,
      seconds,
      peakRssMb: Math.round(peakRss / 2 ** 20),
    }
    process.stderr.write(
      `${name}: ${row.frames} frames  IoU ${row.iou.toFixed(3)} (all ground ${row.iouAll.toFixed(3)})  ` +
        `P ${row.precision.toFixed(3)}  R ${row.recall.toFixed(3)}  ${JSON.stringify(seconds)}  ` +
        `${row.peakRssMb} MB  interval holds ${(100 * row.coverage).toFixed(0)} %  worst ${worst.map(({ date, iou }) => `${date} ${iou.toFixed(2)}`).join(', ')}\n`,
    )
    return row
  } finally {
    clearInterval(sampler)
    await folder.close()
    await server.close()
  }
}

async function readIntervals(path: string): Promise<Map<string, [low: number, high: number]>> {
  const [head = '', ...lines] = (await readFile(path, 'utf8')).trim().split(/\r?\n/)
  const at = (name: string): number => head.split(',').indexOf(name)
  const [date, low, high] = [at('captured_at'), at('area_low_m2'), at('area_high_m2')]
  return new Map(
    lines.map((line) => {
      const cells = line.split(',')
      return [cells[date] ?? '', [Number(cells[low]), Number(cells[high])]]
    }),
  )
}

async function drain<T>(run: Run<T>): Promise<T> {
  for (;;) {
    const step = await run.next()
    if (step.done) return step.value
  }
}
