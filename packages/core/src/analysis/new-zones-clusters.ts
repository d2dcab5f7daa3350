/** A piece of ground that opened between two days. */
export interface OpenedPiece {
  /** Pixels, indices into the grid. */
  pixels: readonly number[]
  /** Days since 1970 on which the first and the last of its pixels were first seen bare. */
  firstDay: number
  lastDay: number
}

/** What makes pieces one zone. */
export interface ClusterRules {
  /** Widest gap between two pieces, pixels between centres. */
  reachPx: number
  /** Longest time between the openings of two pieces, days. */
  linkDays: number
}

/**
 * Pieces in groups: two pieces are of one group where they come within `reachPx` of each other and the
 * spans in which they opened come within `linkDays`; groups are the chains of such pairs (single
 * linkage).
 *
 * @returns indices of the pieces of each group
 */
export function clusterPieces(
  pieces: readonly OpenedPiece[],
  width: number,
  { reachPx, linkDays }: ClusterRules,
): number[][] {
  const parent = pieces.map((_, i) => i)
  const rootOf = (at: number): number => {
    let root = at
    while (parent[root] !== root) root = parent[root] as number
    return root
  }
  for (const [a, b] of nearPairs(pieces, width, reachPx)) {
    const [one, other] = [pieces[a] as OpenedPiece, pieces[b] as OpenedPiece]
    if (daysApart(one, other) <= linkDays) parent[rootOf(a)] = rootOf(b)
  }
  const groups = new Map<number, number[]>()
  for (let at = 0; at < pieces.length; at++) {
    const root = rootOf(at)
    groups.set(root, [...(groups.get(root) ?? []), at])
  }
  return [...groups.values()]
}

/**
 * Of each group, the bits of ground that came with it: they opened near one of its pieces at about the time, as pieces of
 * one group do. A bit goes with the piece that opened nearest in time; it links no groups, and no other bits.
 */
export function bitsBeside<T extends OpenedPiece>(
  groups: readonly (readonly OpenedPiece[])[],
  bits: readonly T[],
  width: number,
  { reachPx, linkDays }: ClusterRules,
): T[][] {
  const pieces = groups.flat()
  const groupOf = groups.flatMap((members, group) => members.map(() => group))
  const nearest = bits.map(() => ({ group: -1, gapDays: Infinity }))
  for (const [at, other] of nearPairs([...pieces, ...bits], width, reachPx)) {
    const own = other - pieces.length
    if (at >= pieces.length || own < 0) continue
    const gapDays = daysApart(pieces[at] as OpenedPiece, bits[own] as OpenedPiece)
    if (gapDays > linkDays || gapDays >= (nearest[own]?.gapDays ?? 0)) continue
    nearest[own] = { group: groupOf[at] as number, gapDays }
  }
  return groups.map((_, group) => bits.filter((_, own) => nearest[own]?.group === group))
}

/** Between the spans in which two pieces opened, days; below 0 where they overlap. */
function daysApart(one: OpenedPiece, other: OpenedPiece): number {
  return Math.max(one.firstDay - other.lastDay, other.firstDay - one.lastDay)
}

/** Pairs of pieces that come within reach of each other, the lower index first. */
function nearPairs(
  pieces: readonly OpenedPiece[],
  width: number,
  reachPx: number,
): [number, number][] {
  const cell = Math.max(1, Math.ceil(reachPx))
  const buckets = new Map<string, { piece: number; col: number; row: number }[]>()
  for (const [piece, { pixels }] of pieces.entries()) {
    const own = new Set(pixels)
    for (const pixel of pixels) {
      const isInner = [-1, 1, -width, width].every((step) => own.has(pixel + step))
      if (isInner) continue
      const col = pixel % width
      const row = (pixel - col) / width
      const key = `${Math.floor(col / cell)} ${Math.floor(row / cell)}`
      const bucket = buckets.get(key)
      if (bucket === undefined) buckets.set(key, [{ piece, col, row }])
      else bucket.push({ piece, col, row })
    }
  }
  const found = new Set<string>()
  const pairs: [number, number][] = []
  for (const [key, bucket] of buckets) {
    const [x, y] = key.split(' ').map(Number) as [number, number]
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const other of buckets.get(`${x + dx} ${y + dy}`) ?? []) {
          for (const one of bucket) {
            if (one.piece >= other.piece || found.has(`${one.piece} ${other.piece}`)) continue
            if (Math.hypot(one.col - other.col, one.row - other.row) > reachPx) continue
            found.add(`${one.piece} ${other.piece}`)
            pairs.push([one.piece, other.piece])
          }
        }
      }
    }
  }
  return pairs
}
