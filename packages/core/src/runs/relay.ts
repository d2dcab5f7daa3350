/**
 * Turns work that reports through a callback into a stream: yields each report as it comes and
 * returns the work's result. Throws what the work throws. When the consumer walks away, the work's
 * signal is aborted and its end is awaited.
 *
 * @param signal aborts the work too
 */
export async function* relay<Report, Result>(
  work: (report: (value: Report) => void, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Report, Result, void> {
  const walkedAway = new AbortController()
  const queue: Report[] = []
  const state = { settled: false, wake: (): void => {} }
  const running = work(
    (value) => {
      queue.push(value)
      state.wake()
    },
    signal ? AbortSignal.any([signal, walkedAway.signal]) : walkedAway.signal,
  ).finally(() => {
    state.settled = true
    state.wake()
  })
  // A failure is rethrown by the await below; this keeps it from counting as unhandled until then.
  running.catch(() => {})
  try {
    for (;;) {
      const next = queue.shift()
      if (next !== undefined) yield next
      else if (state.settled) return await running
      else {
        await new Promise<void>((resolve) => {
          state.wake = resolve
          if (state.settled) resolve()
        })
      }
    }
  } finally {
    walkedAway.abort()
    await running.catch(() => {})
  }
}
