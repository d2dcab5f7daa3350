import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { main } from '../packages/scarline/src/cli/main.ts'

/** What one run of the `scarline` command did. */
export interface CommandResult {
  code: number | null
  stdout: string
  stderr: string
}

const bin = resolve(import.meta.dirname, '../packages/scarline/bin/scarline.js')

/** A model folder that is not there: tests do not depend on the weights of who runs them. */
const NO_MODELS = resolve(import.meta.dirname, 'no-models')

/** Starts the built command; the caller waits or signals. */
export function startScarline(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): {
  child: ChildProcess
  finished: Promise<CommandResult>
} {
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SCARLINE_MODELS: NO_MODELS, ...env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  const finished = new Promise<CommandResult>((done) =>
    child.on('close', (code) => done({ code, stdout, stderr })),
  )
  return { child, finished }
}

/** Runs the built command to its end. */
export function scarline(...args: string[]): Promise<CommandResult> {
  return startScarline(args).finished
}

/**
 * Runs the command's sources in this process, which says the same as {@link scarline} and starts nothing:
 * for what is not about the process, its streams or its signals. One at a time.
 */
export async function scarlineHere(
  args: readonly string[],
  models: string = NO_MODELS,
): Promise<CommandResult> {
  const result: CommandResult = { code: null, stdout: '', stderr: '' }
  const { SCARLINE_MODELS: modelsBefore } = process.env
  const { write: writeOut } = process.stdout
  const { write: writeErr } = process.stderr
  process.env['SCARLINE_MODELS'] = models
  process.stdout.write = (chunk) => {
    result.stdout += String(chunk)
    return true
  }
  process.stderr.write = (chunk) => {
    result.stderr += String(chunk)
    return true
  }
  try {
    result.code = await main(args)
  } finally {
    process.stdout.write = writeOut
    process.stderr.write = writeErr
    if (modelsBefore === undefined) delete process.env['SCARLINE_MODELS']
    else process.env['SCARLINE_MODELS'] = modelsBefore
  }
  return result
}

/** The result document of a command that was run with `--json`. */
export function resultOf<T>(result: CommandResult): T {
  const document = JSON.parse(result.stdout) as { ok: boolean; result: T }
  if (!document.ok) throw new Error(result.stdout)
  return document.result
}
