import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createVideoPredictor, loadModel } from '@scarline/sam2'
import { createNodeRuntime } from '@scarline/sam2/onnxruntime-node'
import { NANO_CONFIG, generatedCheckpoint } from './sam2/generated-model.ts'
import { FIRST_CLICK, generatedVideo } from './sam2/generated-video.ts'

const HELP = `node bench/dist/sam2-memory.js [options]
Peak memory of tracking a short and a long generated video with the nano model, each in a process of its own.
Exits with 1 when the longer one needs more than 10 % more.
  --frames 100,1000  lengths of the videos
  --size 256         side of the frames, pixels
Prints JSON: per video the peak resident set, the frames per second, and the growth.`

/** What one run needed. */
interface MemoryRow {
  frames: number
  peakRss_MB: number
  /** Resident set after a tenth of the frames, and at the end. */
  earlyRss_MB: number
  lastRss_MB: number
  framesPerSecond: number
}

/** Allowed growth of the peak from the first to the last video. */
const LARGEST_GROWTH = 0.1

const MB = 2 ** 20
const toMb = (bytes: number): number => Math.round((bytes / MB) * 10) / 10

async function trackOne(frames: number, size: number): Promise<MemoryRow> {
  await using runtime = await createNodeRuntime()
  await using model = await loadModel({
    checkpoint: generatedCheckpoint(NANO_CONFIG),
    config: NANO_CONFIG,
    runtime,
  })
  const predictor = createVideoPredictor(model)
  const state = predictor.initState(generatedVideo(frames, size))
  const [x, y] = FIRST_CLICK
  await predictor.addNewPointsOrBox(state, {
    frameIdx: 0,
    objId: 1,
    points: [[x * size, y * size]],
    labels: [1],
  })
  const started = performance.now()
  let earlyRss_MB = 0
  let done = 0
  for await (const { frameIdx } of predictor.propagateInVideo(state)) {
    done++
    if (frameIdx === Math.floor(frames / 10)) earlyRss_MB = toMb(process.memoryUsage.rss())
  }
  return {
    frames: done,
    peakRss_MB: toMb(process.resourceUsage().maxRSS * 1024),
    earlyRss_MB,
    lastRss_MB: toMb(process.memoryUsage.rss()),
    framesPerSecond: Math.round((done / (performance.now() - started)) * 1e5) / 100,
  }
}

function trackInProcess(frames: number, size: number): MemoryRow {
  const program = fileURLToPath(import.meta.url)
  const args = [program, '--child', '--frames', String(frames), '--size', String(size)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`tracking ${frames} frames ended with ${status}: ${stderr}`)
  return JSON.parse(stdout) as MemoryRow
}

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '100,1000' },
    size: { type: 'string', default: '256' },
    child: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const lengths = values.frames.split(',').map(Number)
const size = Number(values.size)
if (values.help) console.log(HELP)
else if (values.child) console.log(JSON.stringify(await trackOne(lengths[0] as number, size)))
else {
  const rows = lengths.map((frames) => trackInProcess(frames, size))
  const first = rows[0] as MemoryRow
  const last = rows.at(-1) as MemoryRow
  const growth = last.peakRss_MB / first.peakRss_MB - 1
  console.log(JSON.stringify({ rows, growth: Math.round(growth * 1e4) / 1e4 }, null, 2))
  if (growth > LARGEST_GROWTH) process.exitCode = 1
}
