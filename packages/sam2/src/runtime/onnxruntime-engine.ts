import { Sam2Error } from '../errors.ts'
import type { OnnxModel } from '../onnx/model.ts'
import type { Engine } from './engine.ts'
import { type Tensor, type TensorType, floats, ints } from './tensor.ts'

/** A tensor of onnxruntime's common JavaScript interface. */
export interface OrtTensor {
  readonly type: string
  readonly data: unknown
  readonly dims: readonly number[]
}

/** A session of onnxruntime's common JavaScript interface. */
export interface OrtSession {
  run(feeds: Record<string, OrtTensor>): Promise<Readonly<Record<string, OrtTensor>>>
  release(): Promise<void>
}

/** Where sessions and tensors come from: onnxruntime-node or onnxruntime-web. */
export interface OrtFactory {
  createSession(model: OnnxModel): Promise<OrtSession>
  createTensor(type: TensorType, data: Tensor['data'], dims: readonly number[]): OrtTensor
}

/** The {@link Engine} that calls onnxruntime on the thread it is made on. */
export function onnxruntimeEngine(ort: OrtFactory): Engine {
  const sessions = new Map<number, { name: string; session: OrtSession }>()

  const release = async (sessionId: number): Promise<void> => {
    const open = sessions.get(sessionId)
    sessions.delete(sessionId)
    await open?.session.release()
  }
  return {
    async create(sessionId, model) {
      const { name } = model
      try {
        sessions.set(sessionId, { name, session: await ort.createSession(model) })
      } catch (cause) {
        throw engineError(`onnxruntime refused the graph ${name}`, cause)
      }
    },
    async run(sessionId, feeds) {
      const { name, session } = sessions.get(sessionId) as { name: string; session: OrtSession }
      try {
        const inputs = Object.entries(feeds).map(
          ([input, { type, data, dims }]) => [input, ort.createTensor(type, data, dims)] as const,
        )
        const results = await session.run(Object.fromEntries(inputs))
        return Object.fromEntries(
          Object.entries(results).map(([output, tensor]) => [output, fromOrt(output, tensor)]),
        )
      } catch (cause) {
        throw engineError(`onnxruntime failed in the graph ${name}`, cause)
      }
    },
    release,
    async end() {
      for (const sessionId of sessions.keys()) await release(sessionId)
    },
  }
}

/** The first line of an error's message: onnxruntime's go on with lists and stacks. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n', 1)[0] as string
}

function fromOrt(name: string, { type, data, dims }: OrtTensor): Tensor {
  if (data instanceof Float32Array) return floats(dims, data)
  if (data instanceof Int32Array) return ints(dims, data)
  throw new Error(`got output ${name} of type ${type}, expected float32 or int32`)
}

function engineError(what: string, cause: unknown): Sam2Error {
  return new Sam2Error(`${what}: ${firstLine(cause)}`, { code: 'runtime', cause })
}
