import { apiPath, request } from './request.ts'

/** How ready the engine that answers marks at once is. */
export interface LiveState {
  state: 'cold' | 'warming' | 'ready'
  /** Steps of reading the series; both 0 while cold. */
  done: number
  total: number
}

/** Tells the server that marks are about to come: it reads the series. */
export const warmEngine = (id: string, signal: AbortSignal): Promise<LiveState> =>
  request(apiPath`/api/sites/${id}/live`, { method: 'POST', signal })

export const getLive = (id: string, signal: AbortSignal): Promise<LiveState> =>
  request(apiPath`/api/sites/${id}/live`, { signal })
