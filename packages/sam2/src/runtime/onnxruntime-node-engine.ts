import type * as OnnxruntimeNode from 'onnxruntime-node'
import { Sam2Error } from '../errors.ts'
import type { Engine } from './engine.ts'
import { type OrtSession, firstLine, onnxruntimeEngine } from './onnxruntime-engine.ts'

/**
 * Loads onnxruntime-node, which must find ORT_DISABLE_TELEMETRY in the environment of the process.
 * Every call of the engine blocks the thread.
 * @param threads - intra-op threads of each session
 * @throws Sam2Error `runtime` when it is not installed or has no binary for this machine
 */
export async function loadNodeEngine(threads: number): Promise<Engine> {
  const ort = await importOnnxruntime()
  // It would print to stderr what it also throws.
  ort.env.logLevel = 'fatal'
  return onnxruntimeEngine({
    async createSession({ proto, externalData }): Promise<OrtSession> {
      const session = await ort.InferenceSession.create(proto, {
        intraOpNumThreads: threads,
        graphOptimizationLevel: 'all',
        enableMemPattern: false,
        // Threads of idle sessions would otherwise burn the cores that the running one needs.
        extra: { session: { force_spinning_stop: '1' } },
        externalData: externalData as { path: string; data: Uint8Array }[],
      })
      return session as OrtSession
    },
    createTensor: (type, data, dims) => new ort.Tensor(type, data, dims),
  })
}

async function importOnnxruntime(): Promise<typeof OnnxruntimeNode> {
  try {
    // A CommonJS package: Node names its exports, bundlers and test runners may not.
    const imported = await import('onnxruntime-node')
    return 'default' in imported ? (imported.default as typeof imported) : imported
  } catch (cause) {
    const missing = (cause as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND'
    throw new Sam2Error(
      missing
        ? 'got no package onnxruntime-node, expected it installed'
        : `got onnxruntime-node that does not load on ${process.platform} ${process.arch}: ${firstLine(cause)}`,
      {
        code: 'runtime',
        hint: missing
          ? 'Install it with: npm install onnxruntime-node@1.30'
          : 'Reinstall onnxruntime-node on this machine; it needs Linux with glibc, macOS or Windows.',
        cause,
      },
    )
  }
}
