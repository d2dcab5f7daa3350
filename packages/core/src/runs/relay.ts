/**
 * Turns work that reports through a callback into a stream: yields each report as it comes and
 * returns the work's result. Throws what the work throws.
 */
export async function* relay<Report, Result>(
  work: (report: (value: Report) => void) => Promise<Result>,
): AsyncGenerator<Report, Result, void> {
  const queue: Report[] = []
  let wake: () => void = () => {}
  let settled = false
  const push = (value: Report): void => {
    queue.push(value)
    wake()
  }
  const running = work(push).finally(() => {
    settled = true
    wake()
  })
  // A failure is rethrown by the await below; this keeps it from counting as unhandled until then.
  running.catch(() => {})
  while (!settled || queue.length > 0) {
    const next = queue.shift()
    if (next !== undefined) yield next
    else if (!settled) {
      await new Promise<void>((resolve) => {
        wake = resolve
        if (settled || queue.length > 0) resolve()
      })
    }
  }
  return await running
}
