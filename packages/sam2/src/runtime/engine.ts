import { Sam2Error } from '../errors.ts'
import type { OnnxModel } from '../onnx/model.ts'
import type { NamedTensors, Runtime, RuntimeSession } from './runtime.ts'
import type { Tensor } from './tensor.ts'

/** What runtimes differ in: sessions by number, the caller keeping book of them. */
export interface Engine {
  /** Owns the model's buffers from here on. */
  create(sessionId: number, model: OnnxModel): Promise<void>
  /** Owns the feeds' buffers from here on; the outputs belong to the caller. */
  run(sessionId: number, feeds: NamedTensors): Promise<Record<string, Tensor>>
  release(sessionId: number): Promise<void>
  /** Waits for the calls made so far, then frees everything. */
  end(): Promise<void>
}

/** A runtime and the engine's way of telling it that all sessions are lost. */
export interface EngineRuntime {
  readonly runtime: Runtime
  readonly forgetSessions: () => void
}

/** The {@link Runtime} that keeps book of an engine's sessions and guards what is closed. */
export function runtimeOver(name: string, engine: Engine): EngineRuntime {
  const open = new Set<number>()
  let sessionCount = 0
  let closing: Promise<void> | undefined

  const close = async (): Promise<void> => {
    await engine.end()
    open.clear()
  }
  const runtime: Runtime = {
    name,
    get openSessions() {
      return open.size
    },
    async createSession(model) {
      assertOpen(!closing, 'runtime')
      assertUnused(model)
      const sessionId = sessionCount++
      await engine.create(sessionId, model)
      open.add(sessionId)
      return sessionOver(sessionId, model.name)
    },
    close() {
      closing ??= close()
      return closing
    },
    [Symbol.asyncDispose]: () => runtime.close(),
  }

  const sessionOver = (sessionId: number, graphName: string): RuntimeSession => {
    let released: Promise<void> | undefined
    const release = async (): Promise<void> => {
      if (!closing) await engine.release(sessionId)
      open.delete(sessionId)
    }
    const session: RuntimeSession = {
      name: graphName,
      async run(feeds) {
        assertOpen(!closing && !released, `session ${graphName}`)
        return engine.run(sessionId, copyFeeds(feeds))
      },
      close() {
        released ??= release()
        return released
      },
      [Symbol.asyncDispose]: () => session.close(),
    }
    return session
  }
  return { runtime, forgetSessions: () => open.clear() }
}

/** Lets one call begin only when the one before is over. */
export function oneAtATime(engine: Engine): Engine {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
  return {
    create: (sessionId, model) => inTurn(() => engine.create(sessionId, model)),
    run: (sessionId, feeds) => inTurn(() => engine.run(sessionId, feeds)),
    release: (sessionId) => inTurn(() => engine.release(sessionId)),
    end: () => inTurn(() => engine.end()),
  }
}

function assertOpen(isOpen: boolean, what: string): void {
  if (isOpen) return
  throw new Sam2Error(`got a call to a ${what} that is closed, expected an open one`, {
    code: 'runtime',
    hint: 'Close a runtime only when all work with it is done.',
  })
}

function assertUnused({ name, proto }: OnnxModel): void {
  if (proto.length > 0) return
  throw new Sam2Error(`got the graph ${name} without bytes, expected one not loaded before`, {
    code: 'runtime',
    hint: 'Build the graph anew for every session: a runtime takes its buffers.',
  })
}

/** The feeds in buffers of their own, which an engine may send to another thread. */
function copyFeeds(feeds: NamedTensors): NamedTensors {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { type, dims, data }]) => [
      name,
      { type, dims: [...dims], data: data.slice() },
    ]),
  )
}
