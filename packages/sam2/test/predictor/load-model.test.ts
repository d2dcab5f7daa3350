import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../src/checkpoint/checkpoint.ts'
import { tensorSpec } from '../../src/config/tensor-spec.ts'
import type { Sam2Config } from '../../src/config/model-config.ts'
import { type LoadModelOptions, loadModel } from '../../src/predictor/load-model.ts'
import type { NamedTensors, Runtime } from '../../src/runtime/runtime.ts'
import { floats } from '../../src/runtime/tensor.ts'
import { CONFIG } from './fake-model.ts'

/** A real model's shapes, as small as its graphs allow. */
const SMALL: Sam2Config = {
  ...CONFIG,
  name: 'small',
  imageSize: 64,
  trunk: {
    embedDim: 8,
    numHeads: 1,
    stages: [1, 1, 1, 1],
    globalAttBlocks: [2],
    windowPosEmbedBkgSpatialSize: [4, 4],
    windowSpec: [4, 4, 4, 2],
  },
  neck: { dModel: 64, fpnTopDownLevels: [2, 3] },
  memoryAttention: { numLayers: 1, dimFeedforward: 16, ropeTheta: 10_000 },
  memoryEncoder: { outDim: 16, fuserLayers: 1 },
}

/** A checkpoint of small constants. */
function checkpoint(): Checkpoint & { readonly reads: string[] } {
  const reads: string[] = []
  const tensors = new Map(
    [...tensorSpec(SMALL)].map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]),
  )
  return {
    name: 'small.pt',
    format: 'pytorch',
    tensors,
    reads,
    async readTensor(name) {
      reads.push(name)
      const shape = tensors.get(name)?.shape ?? []
      return new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.01)
    },
  }
}

/** A runtime that only counts. */
function countingRuntime(onCreate?: (name: string) => void) {
  const open = new Set<string>()
  const runs: [string, NamedTensors][] = []
  const runtime: Runtime = {
    name: 'counting',
    get openSessions() {
      return open.size
    },
    async createSession({ name }) {
      onCreate?.(name)
      open.add(name)
      const close = async (): Promise<void> => void open.delete(name)
      return {
        name,
        close,
        [Symbol.asyncDispose]: close,
        async run(feeds) {
          runs.push([name, feeds])
          return { masks: floats([1], Float32Array.of(1)) }
        },
      }
    },
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
  return { runtime, runs }
}

function load(options: Partial<LoadModelOptions> = {}, onCreate?: (name: string) => void) {
  const { runtime, runs } = countingRuntime(onCreate)
  const loading = loadModel({ checkpoint: checkpoint(), config: SMALL, runtime, ...options })
  return { loading, runtime, runs }
}

describe('loadModel', () => {
  it('opens a session for each stage, says how far it is, and closes them all', async () => {
    const progress: string[] = []
    const { loading, runtime } = load({
      onProgress: ({ stage, done, total }) => progress.push(`${done}/${total} ${stage}`),
    })
    const model = await loading
    expect(runtime.openSessions).toBe(4)
    expect(progress).toEqual([
      '0/4 image encoder',
      '1/4 mask decoder',
      '2/4 memory encoder',
      '3/4 memory attention',
      '4/4 memory attention',
    ])
    await model.close()
    await model.close()
    expect(runtime.openSessions).toBe(0)
  })

  it('loads only the stages asked for; others are missed when they are needed', async () => {
    const { loading, runtime } = load({ stages: ['image encoder', 'mask decoder'] })
    const model = await loading
    expect(runtime.openSessions).toBe(2)
    const input = {
      pixFeat: new Float32Array(),
      lowResLogits: new Float32Array(),
      binarize: true,
      objectScoreLogit: 1,
    }
    await expect(model.encodeMemory(input)).rejects.toMatchObject({ code: 'state' })
  })

  it('leaves no session behind where it is cancelled or fails', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    let count = 0
    const cancelled = load({ signal: controller.signal }, () => {
      if (++count === 2) controller.abort(reason)
    })
    await expect(cancelled.loading).rejects.toBe(reason)
    expect(cancelled.runtime.openSessions).toBe(0)
    const failed = load({}, () => {
      if (++count === 5) throw new Error('no memory')
    })
    await expect(failed.loading).rejects.toThrow('no memory')
    expect(failed.runtime.openSessions).toBe(0)
  })

  it('names the tensor that a checkpoint lacks', async () => {
    const lacking = checkpoint()
    const tensors = new Map(lacking.tensors)
    tensors.delete('no_obj_ptr')
    const { loading } = load({ checkpoint: { ...lacking, tensors } })
    await expect(loading).rejects.toThrow(/no_obj_ptr/)
  })

  it('says which output a runtime did not return', async () => {
    const { loading } = load()
    const model = await loading
    await expect(model.encodeImage(new Float32Array())).rejects.toThrow(/pix_feat/)
  })

  it('feeds a zero mask and its flag where there is none', async () => {
    const { loading, runs } = load()
    const model = await loading
    const input = {
      pixFeat: new Float32Array(),
      highRes0: new Float32Array(),
      highRes1: new Float32Array(),
      pointCoords: Float32Array.of(1, 2),
      pointLabels: Int32Array.of(1),
      maskInput: null,
    }
    await expect(model.decodeMasks(input)).rejects.toMatchObject({ code: 'runtime' })
    const feeds = runs[0]?.[1]
    expect(feeds?.['mask_input']).toEqual(floats([1, 1, 16, 16], new Float32Array(256)))
    expect(feeds?.['has_mask_input']?.data).toEqual(Float32Array.of(0))
    expect(feeds?.['point_coords']?.dims).toEqual([1, 2])
  })
})
