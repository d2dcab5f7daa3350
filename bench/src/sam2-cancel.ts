import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createVideoPredictor, loadModel } from '@scarline/sam2'
import { createNodeRuntime } from '@scarline/sam2/onnxruntime-node'
import { NANO_CONFIG, generatedCheckpoint } from './sam2/generated-model.ts'
import { FIRST_CLICK, generatedVideo } from './sam2/generated-video.ts'

const HELP = `node bench/dist/sam2-cancel.js [--runs 50]
Tracks with the nano model and cancels in the middle of a frame, again and again, each time with a new
state. Prints JSON: open sessions and resident set (garbage collected) after a fifth of the runs and at the end, frames kept
and lost, and the longest time from the cancel to the end of the propagation.`

const SIZE = 256
const FRAMES = 40
const MB = 2 ** 20

/** The state of the process after some runs. */
interface Snapshot {
  runs: number
  openSessions: number
  rss_MB: number
}

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  // Buffers are freed by a thread of their own.
  await sleep(50)
  collect()
}

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '50' }, help: { type: 'boolean', default: false } },
})
if (values.help) console.log(HELP)
else console.log(JSON.stringify(await cancelOften(Number(values.runs)), null, 2))

async function cancelOften(runs: number): Promise<object> {
  await using runtime = await createNodeRuntime()
  await using model = await loadModel({
    checkpoint: generatedCheckpoint(NANO_CONFIG),
    config: NANO_CONFIG,
    runtime,
  })
  const predictor = createVideoPredictor(model)
  const video = generatedVideo(FRAMES, SIZE)
  const snapshots: Snapshot[] = []
  let cancelled = 0
  let kept = 0
  let lost = 0
  let longestStop_ms = 0

  for (let run = 1; run <= runs; run++) {
    const state = predictor.initState(video)
    const [x, y] = FIRST_CLICK
    await predictor.addNewPointsOrBox(state, {
      frameIdx: 0,
      objId: 1,
      points: [[x * SIZE, y * SIZE]],
      labels: [1],
    })
    const abort = new AbortController()
    const reason = new Error(`run ${run} cancelled`)
    let cancelledAt = 0
    const yielded: number[] = []
    try {
      for await (const { frameIdx } of predictor.propagateInVideo(state, {
        signal: abort.signal,
      })) {
        yielded.push(frameIdx)
        if (yielded.length !== 1 + (run % 4)) continue
        // In the middle of the next frame, a different middle in every run.
        setTimeout(
          () => {
            cancelledAt = performance.now()
            abort.abort(reason)
          },
          1 + (run % 11),
        )
      }
    } catch (error) {
      if (error !== reason) throw error
      cancelled++
      longestStop_ms = Math.max(longestStop_ms, performance.now() - cancelledAt)
    }
    for (const frameIdx of yielded) {
      const output = await predictor.readOutput(state, { frameIdx, objId: 1 })
      if (output?.lowResLogits) kept++
      else lost++
    }
    if (run === Math.ceil(runs / 5) || run === runs) {
      await collectGarbage()
      const rss_MB = Math.round((process.memoryUsage.rss() / MB) * 10) / 10
      snapshots.push({ runs: run, openSessions: runtime.openSessions, rss_MB })
    }
  }
  await model.close()
  const sessionsAfterClose = runtime.openSessions
  return {
    runs,
    cancelled,
    framesKept: kept,
    framesLost: lost,
    longestStop_ms: Math.round(longestStop_ms * 10) / 10,
    snapshots,
    sessionsAfterClose,
  }
}
