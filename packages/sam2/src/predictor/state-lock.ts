import { Sam2Error } from '../errors.ts'
import type { VideoState } from './video-state.ts'

/**
 * Claims a state for one operation; the returned function gives it back.
 * @throws Sam2Error `state` while another operation runs
 */
export function claimState(state: VideoState, operation: string): () => void {
  if (state.busyWith !== null) {
    throw new Sam2Error(
      `got ${operation} while ${state.busyWith} is in progress, expected one operation at a time`,
      { code: 'state', hint: 'Wait for the first one, or cancel it and close its generator.' },
    )
  }
  state.busyWith = operation
  return () => {
    state.busyWith = null
  }
}

/** Runs one operation on a state that nothing else works on. */
export async function exclusively<T>(
  state: VideoState,
  operation: string,
  work: () => Promise<T>,
): Promise<T> {
  const release = claimState(state, operation)
  try {
    return await work()
  } finally {
    release()
  }
}
