import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  type Runtime,
  type RuntimeSession,
  type Sam2Config,
  OFFICIAL_CONFIGS,
  createVideoPredictor,
  loadModel,
} from '@scarline/sam2'
import { createNodeRuntime } from '@scarline/sam2/onnxruntime-node'
import { NANO_CONFIG, generatedCheckpoint } from './sam2/generated-model.ts'
import { FIRST_CLICK, generatedVideo } from './sam2/generated-video.ts'

const CONFIGS: readonly Sam2Config[] = [...OFFICIAL_CONFIGS, NANO_CONFIG]

const HELP = `node bench/dist/sam2-speed.js [options] [model]
Time and memory of one model with generated weights: one click, a second click, then tracking.
  model         ${CONFIGS.map(({ name }) => name).join(', ')} (default sam2.1_hiera_tiny)
  --frames 4    frames of the video, the clicked one included
  --threads N   threads of a run (default: the cores)
Prints JSON: milliseconds per stage and frame, peak resident set, longest pause of the event loop.`

/** Times of one stage, milliseconds. */
interface StageTimes {
  runs: number
  median_ms: number
  least_ms: number
  last_ms: number
}

const MB = 2 ** 20
const round = (value: number): number => Math.round(value * 10) / 10

function summary(times: readonly number[]): StageTimes {
  const sorted = times.toSorted((a, b) => a - b)
  return {
    runs: times.length,
    median_ms: round(sorted[sorted.length >> 1] ?? NaN),
    least_ms: round(sorted[0] ?? NaN),
    last_ms: round(times.at(-1) ?? NaN),
  }
}

/** A runtime that takes the time of every run, as the caller sees it: copies and threads included. */
function timed(runtime: Runtime, times: Map<string, number[]>): Runtime {
  const timedSession = (session: RuntimeSession): RuntimeSession => ({
    ...session,
    async run(feeds) {
      const started = performance.now()
      const outputs = await session.run(feeds)
      const known = times.get(session.name) ?? []
      known.push(performance.now() - started)
      times.set(session.name, known)
      return outputs
    },
  })
  return {
    name: runtime.name,
    get openSessions() {
      return runtime.openSessions
    },
    createSession: async (model) => timedSession(await runtime.createSession(model)),
    close: () => runtime.close(),
    [Symbol.asyncDispose]: () => runtime.close(),
  }
}

async function measure(config: Sam2Config, frames: number, threads: number): Promise<object> {
  const size = config.imageSize
  const times = new Map<string, number[]>()
  const delay = monitorEventLoopDelay({ resolution: 10 })
  await using runtime = timed(await createNodeRuntime({ threads }), times)
  const loadStarted = performance.now()
  await using model = await loadModel({
    checkpoint: generatedCheckpoint(config),
    config,
    runtime,
  })
  const load_ms = performance.now() - loadStarted
  const loadedRss_MB = process.memoryUsage.rss() / MB
  const loadPeakRss_MB = peakRss_MB()

  delay.enable()
  const predictor = createVideoPredictor(model)
  const video = generatedVideo(frames, size)
  let making_ms = 0
  const state = predictor.initState({
    ...video,
    async readFrame(frameIdx) {
      // Making pictures is the bench's own work: neither its pause nor its time counts.
      const started = performance.now()
      delay.disable()
      const frame = await video.readFrame(frameIdx)
      // The histogram counts from the start of the loop's turn: it must not be the one just spent.
      await sleep(1)
      delay.enable()
      making_ms += performance.now() - started
      return frame
    },
  })
  const clicks: number[] = []
  const [x, y] = FIRST_CLICK
  for (const [dx, label] of [
    [0, 1],
    [0.4, 0],
  ] as const) {
    const started = performance.now()
    await predictor.addNewPointsOrBox(state, {
      frameIdx: 0,
      objId: 1,
      points: [[(x + dx) * size, y * size]],
      labels: [label],
      clearOldPoints: false,
    })
    clicks.push(performance.now() - started)
  }
  const frameTimes: number[] = []
  let inObject = 0
  making_ms = 0
  let last = performance.now()
  for await (const { frameIdx, masks } of predictor.propagateInVideo(state)) {
    const now = performance.now()
    if (frameIdx > 0) frameTimes.push(now - last - making_ms)
    making_ms = 0
    inObject = masks[0]?.logits.reduce((count, logit) => count + (logit > 0 ? 1 : 0), 0) ?? 0
    last = performance.now()
  }
  delay.disable()
  return {
    model: config.name,
    imageSize: size,
    frames,
    threads,
    cpu: cpus()[0]?.model,
    loadAverage: readLoadAverage(),
    load_ms: round(load_ms),
    loadedRss_MB: round(loadedRss_MB),
    loadPeakRss_MB: round(loadPeakRss_MB),
    peakRss_MB: round(peakRss_MB()),
    firstClick_ms: round(clicks[0] ?? NaN),
    secondClick_ms: round(clicks[1] ?? NaN),
    trackedFrame: summary(frameTimes),
    stages: Object.fromEntries(Array.from(times, ([name, runs]) => [name, summary(runs)])),
    eventLoopPause_ms: round(delay.max / 1e6),
    lastMaskFraction: inObject / size ** 2,
  }
}

function peakRss_MB(): number {
  return (process.resourceUsage().maxRSS * 1024) / MB
}

/** Of the last minute; a figure taken on a busy machine says so. */
function readLoadAverage(): number | null {
  try {
    return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0])
  } catch {
    return null
  }
}

const { values, positionals } = parseArgs({
  options: {
    frames: { type: 'string', default: '4' },
    threads: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const name = positionals[0] ?? 'sam2.1_hiera_tiny'
const config = CONFIGS.find((known) => known.name === name)
if (values.help || !config) {
  console.log(HELP)
  if (!values.help) process.exitCode = 2
} else {
  const result = await measure(config, Number(values.frames), Number(values.threads))
  console.log(JSON.stringify(result, null, 2))
}
