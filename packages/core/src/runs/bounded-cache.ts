/** Values by key, made on demand; the least recently used go when the budget is full. */
export interface BoundedCache<T> {
  get(key: string): Promise<T>
}

/**
 * @param budgetBytes kept in memory at most (one value is always kept)
 * @param sizeOf bytes of a value
 * @param make makes a value; a failure is not remembered
 */
export function createBoundedCache<T>(
  budgetBytes: number,
  sizeOf: (value: T) => number,
  make: (key: string) => Promise<T>,
): BoundedCache<T> {
  const values = new Map<string, T>()
  let usedBytes = 0
  return {
    async get(key) {
      const known = values.get(key)
      if (known !== undefined) {
        values.delete(key)
        values.set(key, known)
        return known
      }
      const value = await make(key)
      values.set(key, value)
      usedBytes += sizeOf(value)
      for (const [oldKey, old] of values) {
        if (usedBytes <= budgetBytes || oldKey === key) break
        values.delete(oldKey)
        usedBytes -= sizeOf(old)
      }
      return value
    },
  }
}
