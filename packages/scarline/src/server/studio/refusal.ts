import { type PlainError, ScarlineError, type ScarlineErrorCode } from '@scarline/core'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import type { StudioEnv } from './context.ts'

/** Why the studio says no, where core has no word for it. */
export type RefusalCode =
  | 'forbidden'
  | 'not-found'
  | 'stale'
  | 'busy'
  | 'too-large'
  | 'too-slow'
  | 'too-many'
  | 'closing'

/** A request that the studio does not do; the answer has this status and these words. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode
  readonly code: RefusalCode
  readonly hint: string | null
  /** Beside `error` in the answer. */
  readonly facts: Readonly<Record<string, unknown>>

  constructor(
    message: string,
    init: {
      status: ContentfulStatusCode
      code: RefusalCode
      hint?: string
      facts?: Readonly<Record<string, unknown>>
    },
  ) {
    super(message)
    this.name = 'Refusal'
    this.status = init.status
    this.code = init.code
    this.hint = init.hint ?? null
    this.facts = init.facts ?? {}
  }
}

const STATUS: Record<ScarlineErrorCode, ContentfulStatusCode> = {
  usage: 400,
  'not-found': 404,
  'site-locked': 409,
  'missing-step': 409,
  'site-version': 409,
  'no-scenes': 422,
  'invalid-input': 422,
  'corrupt-file': 422,
  network: 500,
  archive: 500,
  disk: 500,
  internal: 500,
}

/** An error in the words of the API. */
export function plainError(error: unknown): PlainError {
  if (error instanceof ScarlineError || error instanceof Refusal) {
    return { code: error.code, message: error.message, hint: error.hint ?? null }
  }
  return {
    code: 'internal',
    message: `internal error: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'Please report it with what you did.',
  }
}

/** Any error as an answer. */
export function errorAnswer(error: unknown, c: Context<StudioEnv>): Response {
  const status =
    error instanceof Refusal
      ? error.status
      : error instanceof ScarlineError
        ? STATUS[error.code]
        : 500
  const facts = error instanceof Refusal ? error.facts : {}
  return c.json({ error: plainError(error), ...facts }, status)
}

/** JSON bodies are small: an area of interest is the largest. */
const MAX_JSON_BYTES = 32 * 2 ** 20

/**
 * The JSON body of a request, checked.
 * @throws ScarlineError `usage` naming the first place that is not as expected
 */
export async function readBody<T>(c: Context<StudioEnv>, schema: z.ZodType<T>): Promise<T> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(await readBytes(c)))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new ScarlineError(`got a body that is no JSON (${error.message}), expected JSON`, {
      code: 'usage',
    })
  }
  const parsed = parsedBy(schema, value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const place = issue?.path.join('.') || 'the top'
  throw new ScarlineError(`the request is not as expected at ${place}: ${issue?.message ?? ''}`, {
    code: 'usage',
  })
}

/** A schema gathers every fault, and runs out of stack where there are a hundred thousand. */
function parsedBy<T>(schema: z.ZodType<T>, value: unknown): z.ZodSafeParseResult<T> {
  try {
    return schema.safeParse(value)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new ScarlineError('the request is not as expected in too many places', { code: 'usage' })
  }
}

/** A body of which nothing came for so long is given up, ms. */
export const BODY_PATIENCE_MS = 30_000

/**
 * The pieces of a body as they come.
 * @throws Refusal 408 where none came for long
 */
export async function* bodyOf(
  body: AsyncIterable<Uint8Array> | null,
  patienceMs: number = BODY_PATIENCE_MS,
): AsyncGenerator<Uint8Array, void, void> {
  if (body === null) return
  const pieces = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, fail) => {
        timer = setTimeout(() => fail(tooSlow(patienceMs)), patienceMs)
      })
      const next = await Promise.race([pieces.next(), late]).finally(() => clearTimeout(timer))
      if (next.done) return
      yield next.value
    }
  } finally {
    // Not waited for: a piece that never comes would be.
    pieces.return?.().catch(() => {})
  }
}

function tooSlow(patienceMs: number): Refusal {
  const seconds = Math.round(patienceMs / 1000)
  return new Refusal(`got nothing of the request for ${seconds} s, expected the rest of it`, {
    status: 408,
    code: 'too-slow',
    hint: 'Send it again.',
  })
}

async function readBytes(c: Context<StudioEnv>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let total = 0
  for await (const part of bodyOf(c.req.raw.body as AsyncIterable<Uint8Array> | null)) {
    total += part.length
    if (total > MAX_JSON_BYTES) {
      throw new Refusal(`got a body of more than ${MAX_JSON_BYTES / 2 ** 20} MiB`, {
        status: 422,
        code: 'too-large',
        hint: 'Simplify the outline.',
      })
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/**
 * The revision of the site that the tab saw, from `x-revision`.
 * @throws ScarlineError `usage` where the header is missing
 */
export function revisionOf(c: Context<StudioEnv>): number {
  const text = c.req.header('x-revision') ?? ''
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new ScarlineError(`got x-revision "${text}", expected the site's revision`, {
    code: 'usage',
    hint: 'Read the site first.',
  })
}
