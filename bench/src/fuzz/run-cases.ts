import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { FuzzReply, FuzzRequest, FuzzStart } from './fuzz-protocol.ts'

/** Old-space limit of the child; buffers are outside it and are measured. */
const HEAP_MIB = 512

/** What came of a request: an answer, or a child that hung or died. */
export type FuzzResult =
  | { readonly ended: 'answered'; readonly reply: FuzzReply }
  | { readonly ended: 'hung' | 'died'; readonly message: string }

/** Runs requests one after the other in a child process that is started anew when it hangs or dies. */
export interface FuzzRunner extends AsyncDisposable {
  run(request: FuzzRequest): Promise<FuzzResult>
}

/**
 * The child may read files and nothing else: no processes, no writes, no code from strings, so that
 * a checkpoint that got anything executed would be seen.
 */
export function createFuzzRunner(start: FuzzStart, timeLimitMs: number): FuzzRunner {
  let child: ChildProcess | undefined
  const stop = async (): Promise<void> => {
    const old = child
    child = undefined
    if (!old || old.exitCode !== null || old.signalCode !== null) return
    const exited = once(old, 'exit')
    old.kill('SIGKILL')
    await exited
  }
  return {
    async run(request) {
      child ??= startChild(start)
      const result = await ask(child, request, timeLimitMs)
      if (result.ended !== 'answered') await stop()
      return result
    },
    [Symbol.asyncDispose]: stop,
  }
}

function startChild(start: FuzzStart): ChildProcess {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission'
  return fork(new URL('fuzz-child.js', import.meta.url), [JSON.stringify(start)], {
    serialization: 'advanced',
    execArgv: [
      permission,
      '--allow-fs-read=*',
      '--disallow-code-generation-from-strings',
      '--no-warnings',
      `--max-old-space-size=${HEAP_MIB}`,
    ],
  })
}

function ask(child: ChildProcess, request: FuzzRequest, timeLimitMs: number): Promise<FuzzResult> {
  return new Promise((resolve) => {
    const finish = (result: FuzzResult): void => {
      clearTimeout(watchdog)
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve(result)
    }
    const onMessage = (reply: unknown): void => {
      finish({ ended: 'answered', reply: reply as FuzzReply })
    }
    const onExit = (code: number | null, signal: string | null): void => {
      finish({ ended: 'died', message: `exit ${code ?? signal}` })
    }
    const watchdog = setTimeout(
      () => finish({ ended: 'hung', message: `no answer within ${timeLimitMs} ms` }),
      timeLimitMs,
    )
    child.once('message', onMessage)
    child.once('exit', onExit)
    child.send(request)
  })
}
