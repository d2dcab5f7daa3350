/** Results of long work, the latest used kept; who asks while one is made waits for the same. */
export interface KeptResults<T> {
  /** @param key names the result: equal keys, equal results */
  get(key: string, make: () => Promise<T>): Promise<T>
}

/**
 * @param most results kept at once
 * @param isFinal whether a result would be the same the next time; others are not kept
 */
export function createKeptResults<T>(
  most: number,
  isFinal: (result: T) => boolean = () => true,
): KeptResults<T> {
  const kept = new Map<string, Promise<T>>()
  return {
    get(key, make) {
      const known = kept.get(key)
      const result = known ?? make()
      kept.delete(key)
      kept.set(key, result)
      if (known === undefined) {
        const settle = async (): Promise<boolean> => isFinal(await result)
        settle()
          .catch(() => false)
          .then((stays) => !stays && kept.get(key) === result && kept.delete(key))
        const [oldest] = kept.keys()
        if (kept.size > most && oldest !== undefined) kept.delete(oldest)
      }
      return result
    },
  }
}
