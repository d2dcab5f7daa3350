// Runs in the browser, served by headless-chromium.ts: the same package and model as in Node.
import { createVideoPredictor, loadModel } from '@scarline/sam2'
import { createWebRuntime } from '@scarline/sam2/onnxruntime-web'
import { NANO_CONFIG, generatedCheckpoint } from '../../../../bench/dist/sam2/generated-model.js'
import { FIRST_CLICK, generatedVideo } from '../../../../bench/dist/sam2/generated-video.js'

const post = (path, body) => fetch(path, { method: 'POST', body })

try {
  const { frames, backend } = Object.fromEntries(new URLSearchParams(location.search))
  const fallbacks = []
  let longestPause_ms = 0
  const runtime = await createWebRuntime({
    backend,
    onFallback: (reason) => fallbacks.push(reason),
  })
  const model = await loadModel({
    checkpoint: generatedCheckpoint(NANO_CONFIG),
    config: NANO_CONFIG,
    runtime,
  })
  const predictor = createVideoPredictor(model)
  const size = NANO_CONFIG.imageSize
  const state = predictor.initState(generatedVideo(Number(frames), size))
  const [x, y] = FIRST_CLICK
  await predictor.addNewPointsOrBox(state, {
    frameIdx: 0,
    objId: 1,
    points: [[x * size, y * size]],
    labels: [1],
  })
  let last = performance.now()
  const timer = setInterval(() => {
    longestPause_ms = Math.max(longestPause_ms, performance.now() - last)
    last = performance.now()
  }, 1)
  const started = performance.now()
  const logits = []
  for await (const { masks } of predictor.propagateInVideo(state)) logits.push(masks[0].logits)
  const time_ms = performance.now() - started
  clearInterval(timer)
  const openSessions = runtime.openSessions
  await model.close()
  const sessionsAfterClose = runtime.openSessions
  await runtime.close()
  await post('/logits', new Blob(logits))
  const facts = { fallbacks, openSessions, sessionsAfterClose, longestPause_ms, time_ms }
  await post('/done', JSON.stringify({ ...facts, isolated: globalThis.crossOriginIsolated }))
} catch (error) {
  await post('/failed', String(error.stack ?? error))
}
