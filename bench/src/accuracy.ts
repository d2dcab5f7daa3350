import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { analyse, verify } from '@scarline/core'
import {
  FULL_SIZE_M,
  drain,
  prepareSite,
  scenariosOf,
  seedsOf,
  simulatedArchive,
  siteDirOf,
} from './prepare-site.ts'
import { readAreas } from './read-areas.ts'

const HELP = `node bench/dist/accuracy.js [options] [archive…]
Runs archive -> frames -> masks -> accuracy over HTTP with the prompts of the first frame only.
Without archives: the simulator's two scenarios.
  --seeds 1,2,5-9   seeds of the simulated archives (default 1)
  --scenario NAME   baige, sela or both (default both)
  --keep DIR        keep the site folders there; a second run tracks anew on the same frames
  --json            one JSON document on stdout`

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
    for (const scenario of scenariosOf(values.scenario)) {
      for (const seed of seedsOf(values.seeds)) {
        const archive = await simulatedArchive(work, scenario, seed, FULL_SIZE_M)
        rows.push(await measure(archive, `${scenario} seed ${seed}`))
      }
    }
  }
} finally {
  if (!values.keep) await rm(work, { recursive: true, force: true })
}
if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 1)}\n`)

async function measure(archive: string, name: string): Promise<Row> {
  const dir = siteDirOf(work, archive)
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
  const site = await prepareSite(archive, { work, name, redo: 'all', video: true, timed })
  const { folder } = site
  try {
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
    const areas = new Map((await readAreas(dir)).map((area) => [area.capturedAt, area]))
    const held = scores.frames.filter(({ capturedAt, all }) => {
      const area = areas.get(capturedAt)
      return area && all.truthAreaM2 >= area.lowM2 && all.truthAreaM2 <= area.highM2
    })
    const { mean, meanAll } = result
    const row: Row = {
      archive: name,
      frames: result.frames,
      considered: site.considered ?? 0,
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
    await site.close()
  }
}
