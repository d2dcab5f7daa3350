import type { LiveState } from '@scarline/core/model'
import { apiPath, request } from './request.ts'

/** Tells the server that marks are about to come: it reads the series. */
export const warmEngine = (id: string, signal: AbortSignal): Promise<LiveState> =>
  request(apiPath`/api/sites/${id}/live`, { method: 'POST', signal })

export const getLive = (id: string, signal: AbortSignal): Promise<LiveState> =>
  request(apiPath`/api/sites/${id}/live`, { signal })
