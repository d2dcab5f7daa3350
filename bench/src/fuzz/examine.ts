import type { FuzzCase } from './fuzz-case.ts'

/** What this fuzzer needs to know of a checkpoint. */
interface OpenedCheckpoint {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>
  readTensor(name: string): Promise<Float32Array>
}

/** The functions under test, handed in so that sources and built files can both be tested. */
export interface Opener {
  open(bytes: Uint8Array, name: string): Promise<OpenedCheckpoint>
  /** Errors of the package's own kind. */
  isExpected(error: unknown): error is Error
}

/** What came of one file. */
export interface Outcome {
  readonly result: 'loaded' | 'refused' | 'wrong'
  /** The error's message; why it is wrong. */
  readonly message: string
}

/** Longest message that still makes one line of a terminal log. */
const MAX_MESSAGE = 1000

/** Opens a file and reads every tensor. Wrong: another error, an unreadable message, a wrong length. */
export async function examine(opener: Opener, fuzzCase: FuzzCase): Promise<Outcome> {
  const outcome = await attempt(opener, fuzzCase)
  const { expected } = fuzzCase
  if (outcome.result === 'wrong' || expected === 'any' || expected === outcome.result) {
    return outcome
  }
  return { result: 'wrong', message: `${outcome.result}: ${outcome.message}` }
}

async function attempt(opener: Opener, { bytes }: FuzzCase): Promise<Outcome> {
  try {
    const checkpoint = await opener.open(bytes, 'fuzzed.pt')
    for (const [name, { shape }] of checkpoint.tensors) {
      const values = await checkpoint.readTensor(name)
      const count = shape.reduce((product, size) => product * size, 1)
      if (values.length !== count) {
        return { result: 'wrong', message: `${values.length} values, expected ${count}` }
      }
    }
    return { result: 'loaded', message: `${checkpoint.tensors.size} tensors` }
  } catch (error) {
    if (!opener.isExpected(error)) {
      return { result: 'wrong', message: error instanceof Error ? `${error.stack}` : String(error) }
    }
    const readable = error.message.length <= MAX_MESSAGE && !/[\n\r\0]/.test(error.message)
    return { result: readable ? 'refused' : 'wrong', message: error.message }
  }
}
