import { type IncomingHttpHeaders, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A file server on this machine that can be told to misbehave. */
export interface FileServer {
  url: string
  /** Headers of the requests so far. */
  requests: IncomingHttpHeaders[]
  bytes: Uint8Array
  etag: string | null
  /** Answers with this instead of the file. */
  status: number | null
  /** Sends the head of an answer and then nothing. */
  isSilent: boolean
  /** Breaks the next connections off after so many bytes, one each. */
  breakAfter: number[]
  close(): Promise<void>
}

/** Serves bytes with ranges, ETag and If-Range. */
export async function startFileServer(bytes: Uint8Array): Promise<FileServer> {
  const server = createServer((request, response) => {
    state.requests.push(request.headers)
    if (state.status !== null) {
      response.writeHead(state.status).end('no')
      return
    }
    const { etag } = state
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')
    const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag
    const start = range && isSame ? Number(range[1]) : 0
    const total = state.bytes.length
    if (start >= total) {
      response.writeHead(416, { 'content-range': `bytes */${total}` }).end()
      return
    }
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': total - start,
      ...(start > 0 ? { 'content-range': `bytes ${start}-${total - 1}/${total}` } : {}),
      ...(etag === null ? {} : { etag }),
    })
    if (state.isSilent) {
      response.flushHeaders()
      return
    }
    const limit = state.breakAfter.shift()
    if (limit === undefined) {
      response.end(state.bytes.subarray(start))
      return
    }
    response.write(state.bytes.subarray(start, start + limit), () => {
      setTimeout(() => response.destroy(), 30)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const state: FileServer = {
    url: `http://127.0.0.1:${port}/model.pt`,
    requests: [],
    bytes,
    etag: '"one"',
    status: null,
    isSilent: false,
    breakAfter: [],
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return state
}
