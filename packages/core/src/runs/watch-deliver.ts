import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { type HttpClientOptions, createHttpClient } from '../cog/http-client.ts'
import { ScarlineError } from '../errors.ts'
import type { WatchCommand, WatchEvent, WatchTargets } from '../model/watch.ts'

/** How events are handed over. */
export interface DeliverOptions {
  /** Signs what a webhook gets. */
  secret?: string | undefined
  /** A command that takes longer is ended, ms; 60,000. A webhook may be silent for 15,000. */
  commandTimeoutMs?: number | undefined
  /** Tries per event and poll; 4. */
  attempts?: number | undefined
  /** Wait before the second try, ms; 1000. It doubles with each. */
  firstWaitMs?: number | undefined
  signal?: AbortSignal | undefined
  /** For tests. */
  http?: Pick<HttpClientOptions, 'fetch' | 'sleep' | 'random'> | undefined
  now?: (() => Date) | undefined
}

const ATTEMPTS = 4
const FIRST_WAIT_MS = 1000
const WEBHOOK_SILENCE_MS = 15_000
const COMMAND_TIMEOUT_MS = 60_000
/** What a webhook may answer, bytes; nobody reads it. */
const MAX_ANSWER_BYTES = 2 ** 20
/** Of what a failing command says, this much is told, characters. */
const TOLD_CHARS = 300

/**
 * Hands one event to one target, with retries.
 *
 * @throws ScarlineError `network` or `invalid-input` saying why the target did not take it; the signal's
 * reason when aborted
 */
export async function deliver(
  event: WatchEvent,
  target: 'webhook' | 'command',
  targets: WatchTargets,
  options: DeliverOptions = {},
): Promise<void> {
  if (target === 'webhook' && targets.webhook !== null) {
    await post(event, targets.webhook, options)
  } else if (target === 'command' && targets.command !== null) {
    await call(event, targets.command, options)
  }
}

/**
 * Checks the address of a webhook.
 * @throws ScarlineError `usage`
 */
export function requireWebhook(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed && ['http:', 'https:'].includes(parsed.protocol)) return url
  throw new ScarlineError(`got the webhook ${url}, expected an http or https address`, {
    code: 'usage',
  })
}

/**
 * The signature of a body: `sha256=` and the hexadecimal HMAC-SHA-256 of `<timestamp>.<body>`. The
 * timestamp (seconds since 1970) lets a receiver refuse what was sent long ago.
 */
export function signBody(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}

async function post(event: WatchEvent, url: string, options: DeliverOptions): Promise<void> {
  const body = JSON.stringify(event)
  const timestamp = String(Math.floor((options.now?.() ?? new Date()).getTime() / 1000))
  const fetchNow = options.http?.fetch ?? fetch
  const client = createHttpClient({
    ...options.http,
    attempts: options.attempts ?? ATTEMPTS,
    firstWaitMs: options.firstWaitMs ?? FIRST_WAIT_MS,
    idleTimeoutMs: WEBHOOK_SILENCE_MS,
    // A redirected POST would lose its body, or take it and its signature to another host.
    fetch: (input, init) => fetchNow(input, { ...init, redirect: 'manual' }),
  })
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'scarline-watch',
    'idempotency-key': event.id,
    'x-scarline-timestamp': timestamp,
    ...(options.secret === undefined
      ? {}
      : { 'x-scarline-signature': signBody(options.secret, timestamp, body) }),
  }
  const request = { method: 'POST', headers, body, maxBytes: MAX_ANSWER_BYTES } as const
  try {
    await client.request(url, request, options.signal)
  } catch (error) {
    options.signal?.throwIfAborted()
    throw refused(error, url)
  }
}

/** The path of a webhook often is its password: only the host is told. */
function refused(error: unknown, url: string): ScarlineError {
  const details = error instanceof ScarlineError ? error.details : {}
  const status = details['status']
  const cause = (error as { cause?: { cause?: { code?: string } } }).cause?.cause?.code
  const what =
    typeof status === 'number'
      ? `answered ${status}`
      : `gave no whole answer (${cause ?? 'timeout'})`
  const isRedirect = typeof status === 'number' && status >= 300 && status < 400
  return new ScarlineError(`the webhook at ${new URL(url).host} ${what}`, {
    code: 'network',
    hint: isRedirect
      ? 'Give the address that it redirects to.'
      : 'Check the address; the event is kept and sent again with the next poll.',
    details: { host: new URL(url).host, ...(status === undefined ? {} : { status }) },
  })
}

async function call(
  event: WatchEvent,
  command: WatchCommand,
  options: DeliverOptions,
): Promise<void> {
  const attempts = options.attempts ?? ATTEMPTS
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted()
    const failure = await callOnce(event, command, options)
    options.signal?.throwIfAborted()
    if (failure === null) return
    if (attempt >= attempts || failure.final) {
      throw new ScarlineError(`the command ${command.program} ${failure.message}`, {
        code: 'invalid-input',
        hint: 'Run it by hand with an event of watch.json; the event is kept and handed over again with the next poll.',
        details: { program: command.program, attempts: attempt },
      })
    }
    await wait((options.firstWaitMs ?? FIRST_WAIT_MS) * 2 ** (attempt - 1), options.signal)
  }
}

function callOnce(
  event: WatchEvent,
  { program, args, shell }: WatchCommand,
  { signal, commandTimeoutMs = COMMAND_TIMEOUT_MS }: DeliverOptions,
): Promise<{ message: string; final: boolean } | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      shell,
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, SCARLINE_EVENT_ID: event.id, SCARLINE_EVENT_RULE: event.rule },
    })
    let said = ''
    let isLate = false
    const stop = (): void => {
      child.kill('SIGTERM')
    }
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, commandTimeoutMs)
    const end = (failure: { message: string; final: boolean } | null): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      resolve(failure)
    }
    signal?.addEventListener('abort', stop, { once: true })
    child.stderr.on('data', (chunk) => {
      said = `${said}${String(chunk)}`.slice(-TOLD_CHARS)
    })
    // A command that does not read its input closes it: that is its own affair.
    child.stdin.on('error', () => {})
    child.stdin.end(`${JSON.stringify(event)}\n`)
    child.on('error', (error: NodeJS.ErrnoException) =>
      end({ message: `could not be started (${error.code ?? error.message})`, final: true }),
    )
    child.on('exit', (code, name) => {
      if (code === 0) return end(null)
      const how = isLate
        ? `took over ${commandTimeoutMs / 1000} s`
        : code === null
          ? `was ended by ${name}`
          : `ended with ${code}`
      const words = said.trim().replace(/\s+/g, ' ')
      return end({ message: `${how}${words === '' ? '' : `: ${words}`}`, final: false })
    })
  })
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
