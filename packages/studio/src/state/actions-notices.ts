import type { PlainError } from '@scarline/core/model'
import { ApiError, isAbort, isStale } from '../api/api-error.ts'
import { type Notice, type Place, studioStore } from './store.ts'

let lastId = 0

/** Tells something on a page; what was told there before goes. */
export function tell(place: Place, notice: Omit<Notice, 'id' | 'place'>): void {
  lastId += 1
  const told: Notice = { ...notice, id: lastId, place }
  studioStore.set(({ notices }) => ({
    notices: [...notices.filter((one) => one.place !== place), told],
  }))
}

/** Tells an error where it happened; what this page gave up itself is no error. */
export function tellError(place: Place, error: unknown): void {
  if (isAbort(error)) return
  if (isStale(error)) tell(place, { kind: 'warning', error: null, says: 'stale' })
  else tell(place, { kind: 'error', error: plainErrorOf(error), says: null })
}

/** Takes a notice, or all of a place, away. */
export function dismiss(which: { id: number } | { place: Place }): void {
  studioStore.set(({ notices }) => ({
    notices: notices.filter((one) =>
      'id' in which ? one.id !== which.id : one.place !== which.place,
    ),
  }))
}

/** Any thrown thing as words. */
export function plainErrorOf(error: unknown): PlainError {
  if (error instanceof ApiError) {
    return { code: error.code, message: error.message, hint: error.hint }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'page', message, hint: null }
}
