import { type FactsResult, type PlainOptions, recognisePlain } from './plain.ts'
import type { ImportPlan, LocalProduct, SkippedFile, SortedFiles } from './product.ts'

/**
 * What an import of these files would read, as plain data: products in time order, processed-twice
 * twins reduced to the newest, and every file that is left out with its reason.
 *
 * @param facts of `sorted.plainPaths`
 */
export function planImport(
  sorted: SortedFiles,
  facts: ReadonlyMap<string, FactsResult>,
  options: PlainOptions = {},
): ImportPlan {
  const plain = recognisePlain(sorted.plainPaths, facts, options)
  const skipped: SkippedFile[] = [...sorted.skipped, ...plain.skipped]
  const superseded: Record<string, string[]> = {}
  const kept: LocalProduct[] = []
  const twins = new Map<string, LocalProduct[]>()
  for (const product of [...sorted.products, ...plain.products]) {
    if (product.twinKey === null) kept.push(product)
    else twins.set(product.twinKey, [...(twins.get(product.twinKey) ?? []), product])
  }
  for (const products of twins.values()) {
    const newest = products.reduce((a, b) => (compareVersions(b.version, a.version) > 0 ? b : a))
    const older = products.filter(({ version }) => compareVersions(version, newest.version) < 0)
    // Equal versions are strips of one pass, or one product delivered twice under different names.
    kept.push(...products.filter((product) => !older.includes(product)))
    if (older.length > 0) superseded[newest.itemId] = older.map(({ itemId }) => itemId).sort()
  }
  return { products: uniqueIds(kept).sort(byTime), superseded, skipped }
}

/** Below zero where `a` is the older version. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function byTime(a: LocalProduct, b: LocalProduct): number {
  if (a.time.capturedAt !== b.time.capturedAt) {
    return a.time.capturedAt < b.time.capturedAt ? -1 : 1
  }
  return a.itemId < b.itemId ? -1 : 1
}

/** Item ids become folder names: safe characters only, and each one once. */
function uniqueIds(products: readonly LocalProduct[]): LocalProduct[] {
  const taken = new Set<string>()
  return products.map((product) => {
    const plain = product.itemId.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[._]+/, '') || 'item'
    let itemId = plain
    for (let n = 2; taken.has(itemId.toLowerCase()); n++) itemId = `${plain}-${n}`
    taken.add(itemId.toLowerCase())
    return { ...product, itemId }
  })
}
