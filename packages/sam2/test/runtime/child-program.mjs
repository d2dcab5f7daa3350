// A program as users write it, run by onnxruntime-node-process.test.ts: node child-program.mjs <ending>
import { createRequire } from 'node:module'
import { createGraph } from '../../dist/onnx/graph.js'
import { matMul, relu } from '../../dist/onnx/operators.js'
import { createNodeRuntime } from '../../dist/runtime/onnxruntime-node.js'

const [ending] = process.argv.slice(2)
const size = 512

function slowGraph(times) {
  const g = createGraph('slow')
  const x = g.input('x', 'float32', [size, size])
  let y = x
  for (let i = 0; i < times; i++) y = relu(g, matMul(g, y, x))
  g.output('y', y, [size, size])
  return g.finish()
}

const x = { type: 'float32', dims: [size, size], data: new Float32Array(size * size).fill(0.5) }

if (ending === 'without-runtime') {
  // What onnxruntime-node does when it is loaded by hand.
  const ort = createRequire(import.meta.url)('onnxruntime-node')
  const session = await ort.InferenceSession.create(slowGraph(1).proto)
  await session.run({ x: new ort.Tensor(x.type, x.data, x.dims) })
} else {
  const runtime = await createNodeRuntime({ worker: ending !== 'closed-without-worker' })
  const session = await runtime.createSession(slowGraph(ending.startsWith('closed') ? 1 : 60))
  const run = session.run({ x })
  if (ending.startsWith('closed')) {
    await run
    await runtime.close()
  }
  if (ending === 'forgotten') await run
  if (ending === 'exit-while-running') setTimeout(() => process.exit(7), 50)
  if (ending === 'throw-while-running') {
    setTimeout(() => {
      throw new Error('on purpose')
    }, 50)
  }
  console.log('done')
}
