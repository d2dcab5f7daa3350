import type * as OnnxruntimeWeb from 'onnxruntime-web'
import { Sam2Error } from '../errors.ts'
import type { OnnxModel } from '../onnx/model.ts'
import { oneAtATime, runtimeOver } from './engine.ts'
import { type OrtSession, firstLine, onnxruntimeEngine } from './onnxruntime-engine.ts'
import type { Runtime } from './runtime.ts'

/** Where onnxruntime-web computes. */
export type WebBackend = 'wasm' | 'webgpu'

/** How graphs are run in a browser. */
export interface WebRuntimeOptions {
  /** Address of the folder with onnxruntime-web's `.wasm` and `.mjs` files; where its script is when absent. */
  wasmPaths?: string
  /** Threads of the wasm backend; more than one needs a cross-origin isolated page. Default: what the page allows. */
  threads?: number
  /** Default `wasm`. Where `webgpu` does not work wasm is used and `onFallback` told why. */
  backend?: WebBackend
  /** Told once, in one line, why wasm is used although webgpu was asked for. */
  onFallback?: (reason: string) => void
}

type Onnxruntime = typeof OnnxruntimeWeb

/**
 * Runs graphs by onnxruntime-web (a peer dependency, loaded here and not before).
 *
 * The wasm backend computes in a worker of onnxruntime-web's own where there is one to be had, so
 * that the page stays responsive; the webgpu backend computes on the caller's thread. That worker,
 * `wasmPaths` and `threads` are settings of the whole page: the first runtime decides.
 *
 * @throws Sam2Error `runtime` when onnxruntime-web is not there
 */
export async function createWebRuntime(options: WebRuntimeOptions = {}): Promise<Runtime> {
  const { threads, wasmPaths, onFallback } = options
  let backend = options.backend ?? 'wasm'
  const fallBack = (reason: string): void => {
    backend = 'wasm'
    onFallback?.(reason)
  }
  if (backend === 'webgpu') {
    const reason = await whyNoWebGpu()
    if (reason !== undefined) fallBack(reason)
  }

  const ort = await importOnnxruntime(backend)
  // It would print to the console what it also throws.
  ort.env.logLevel = 'fatal'
  ort.env.wasm.proxy = backend === 'wasm' && 'Worker' in globalThis
  if (threads !== undefined) ort.env.wasm.numThreads = threads
  if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths

  const engine = onnxruntimeEngine({
    async createSession(model) {
      if (backend === 'webgpu') {
        try {
          return await createSession(ort, model, 'webgpu')
        } catch (error) {
          fallBack(firstLine(error))
        }
      }
      return createSession(ort, model, 'wasm')
    },
    createTensor: (type, data, dims) => new ort.Tensor(type, data, dims),
  })
  // onnxruntime-web refuses a call while another one is running.
  return runtimeOver('onnxruntime-web', oneAtATime(engine)).runtime
}

async function createSession(
  ort: Onnxruntime,
  { proto, externalData }: OnnxModel,
  backend: WebBackend,
): Promise<OrtSession> {
  const session = await ort.InferenceSession.create(proto, {
    executionProviders: [backend],
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    externalData: externalData as { path: string; data: Uint8Array }[],
  })
  return session as OrtSession
}

async function importOnnxruntime(backend: WebBackend): Promise<Onnxruntime> {
  try {
    return backend === 'webgpu'
      ? await import('onnxruntime-web/webgpu')
      : await import('onnxruntime-web/wasm')
  } catch (cause) {
    throw new Sam2Error(`got no onnxruntime-web that loads: ${firstLine(cause)}`, {
      code: 'runtime',
      hint: `Install it with: npm install onnxruntime-web@1.30, and see that the page finds onnxruntime-web/${backend}.`,
      cause,
    })
  }
}

/** The part of WebGPU's interface that is asked here. */
interface NavigatorWithGpu {
  gpu?: { requestAdapter(): Promise<unknown> }
}

async function whyNoWebGpu(): Promise<string | undefined> {
  const { gpu } = ((globalThis as { navigator?: unknown }).navigator ?? {}) as NavigatorWithGpu
  if (!gpu) return 'this browser has no WebGPU, or the page is not served securely'
  try {
    return (await gpu.requestAdapter()) ? undefined : 'this machine offers no WebGPU adapter'
  } catch (error) {
    return firstLine(error)
  }
}
