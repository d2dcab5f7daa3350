import { ApiError } from './api-error.ts'

/** How a request is made. */
export interface RequestOptions {
  method?: 'GET' | 'POST' | 'DELETE'
  /** Sent as JSON. */
  body?: unknown
  /** Sent as multipart. */
  form?: FormData
  /** The site's revision that this tab saw. */
  revision?: number
  signal?: AbortSignal
}

/** Address of something below `/api` with its variable parts escaped. */
export function apiPath(parts: TemplateStringsArray, ...values: (string | number)[]): string {
  return parts.reduce((path, part, i) => path + encodeURIComponent(String(values[i - 1])) + part)
}

/**
 * Asks the server.
 * @returns the answer's JSON, as `T` says
 * @throws ApiError for everything but 2xx, and where no answer comes; AbortError
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const { method = 'GET', body, form, revision, signal } = options
  const headers = new Headers({ accept: 'application/json' })
  if (method !== 'GET') headers.set('x-scarline', '1')
  if (revision !== undefined) headers.set('x-revision', String(revision))
  if (body !== undefined) headers.set('content-type', 'application/json')
  const response = await ask(path, {
    method,
    headers,
    ...(form ? { body: form } : body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  })
  const text = await response.text().catch((cause: unknown) => {
    if (signal?.aborted) throw signal.reason
    throw lost(cause)
  })
  if (!response.ok) throw errorOf(response.status, text)
  return parse<T>(response.status, text)
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (cause) {
    if (init.signal?.aborted) throw init.signal.reason
    throw lost(cause)
  }
}

function lost(cause: unknown): ApiError {
  return new ApiError({
    status: 0,
    code: 'server-lost',
    message: 'got no answer from scarline studio',
    cause,
  })
}

function parse<T>(status: number, text: string): T {
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    throw new ApiError({
      status,
      code: 'bad-answer',
      message: `got an answer that is no JSON: ${text.slice(0, 80)}`,
      cause,
    })
  }
}

/** An error from the server's words; from the status where it gave none. */
export function errorOf(status: number, text: string): ApiError {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  const { error, revision } = (value ?? {}) as {
    error?: { code?: unknown; message?: unknown; hint?: unknown }
    revision?: unknown
  }
  if (typeof error?.message !== 'string') {
    return new ApiError({ status, code: 'bad-answer', message: `got HTTP status ${status}` })
  }
  return new ApiError({
    status,
    code: typeof error.code === 'string' ? error.code : 'internal',
    message: error.message,
    hint: typeof error.hint === 'string' ? error.hint : null,
    revision: typeof revision === 'number' ? revision : null,
  })
}
