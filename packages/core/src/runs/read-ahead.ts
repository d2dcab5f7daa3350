/**
 * What `read` gives for 0 to `count` - 1, in order; the next one is under way while one is worked on. A
 * failure is thrown when its turn comes.
 */
export async function* readAhead<T>(
  count: number,
  read: (index: number) => Promise<T>,
): AsyncGenerator<T, void> {
  const begin = (index: number): Promise<T> | null => {
    if (index >= count) return null
    const value = read(index)
    // Without this a failure before its turn would end the process.
    value.catch(() => {})
    return value
  }
  let next = begin(0)
  for (let index = 0; next !== null; index++) {
    const value = await next
    next = begin(index + 1)
    yield value
  }
}
