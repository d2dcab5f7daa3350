import type { LineageEdge, LineagePiece } from '../model/analysis-evolution.ts'
import { isObserved } from '../model/validity.ts'
import type { Fragmentation } from './components.ts'

/** Frames in a row for which noise is forgiven: a piece lost, joined or torn off for fewer keeps its id. */
const FORGIVEN_FRAMES = 2

/** Least overlap of two pieces that makes them relatives, share of the smaller one. */
const MIN_OVERLAP = 0.1

/** Share of a piece's ground that must be in sight for its absence to count. */
const MIN_SEEN = 0.5

/** Which fragment of a frame is which piece. */
export interface LineageSight {
  capturedAt: string
  id: number
  /** As in {@link Fragmentation}. */
  rank: number
  areaM2: number
}

/** The scar's pieces over the series. */
export interface Lineage {
  pieces: LineagePiece[]
  edges: LineageEdge[]
  sights: LineageSight[]
}

/** Follows fragments one frame at a time; remembers two rasters, whatever the length of the series. */
export interface LineageTracker {
  /** Takes the next frame, in time order. */
  add(frame: { capturedAt: string; fragmentation: Fragmentation; validity: Uint8Array }): void
  lineage(): Lineage
}

interface Piece extends LineagePiece {
  pixels: number
  frame: number
  missing: number
  missingAt: string | null
  into: number | null
  from: number | null
  dropped: boolean
}

/**
 * Stable ids for the fragments of a series. A fragment carries on the piece whose last extent it
 * overlaps most (by at least a tenth of the smaller). Where several pieces go into one fragment the
 * one with the most overlap lives on and the others end as merged; where a piece falls apart its
 * largest part keeps the id and the others are new, by a split. Noise: a piece that is missing or under
 * cloud keeps its id and its extent; in two frames in a row that see its ground without it, it is gone.
 * A merge or a split that is undone within two frames never was; one that is undone later gives the
 * piece its old id back. Pieces seen once and then gone are left out.
 *
 * @param length pixels of the grid
 */
export function trackLineage(length: number): LineageTracker {
  /** Piece at each pixel: its last extent; and pieces that merged, as they last were. */
  const extent = new Int32Array(length)
  const ghost = new Int32Array(length)
  /** Where any frame so far has fragments: beyond it both are empty. */
  const ranked = { first: length, end: 0 }
  const pieces: Piece[] = []
  let edges: LineageEdge[] = []
  const sights: LineageSight[] = []
  let frame = -1
  let previousAt: string | null = null

  const pieceOf = (id: number): Piece => pieces[id - 1] as Piece
  const isRecent = (then: number): boolean => frame - then <= FORGIVEN_FRAMES
  const removeEdge = (kind: LineageEdge['kind'], fromId: number, toId: number): void => {
    const at = edges.findLastIndex(
      (edge) => edge.kind === kind && edge.fromId === fromId && edge.toId === toId,
    )
    if (at >= 0) edges = edges.toSpliced(at, 1)
  }

  const create = (capturedAt: string, from: number | null): Piece => {
    const birth = from !== null ? 'split' : previousAt === null ? 'first-frame' : 'new'
    const piece: Piece = {
      id: pieces.length + 1,
      birth,
      bornAfterAt: previousAt,
      bornAt: capturedAt,
      end: 'last-frame',
      lastAt: capturedAt,
      endedByAt: null,
      sights: 0,
      firstM2: 0,
      lastM2: 0,
      largestM2: 0,
      largestAt: capturedAt,
      pixels: 0,
      frame,
      missing: 0,
      missingAt: null,
      into: null,
      from,
      dropped: false,
    }
    pieces.push(piece)
    if (from !== null && previousAt !== null) {
      edges.push({
        kind: 'split',
        fromId: from,
        toId: piece.id,
        afterAt: previousAt,
        byAt: capturedAt,
      })
    }
    return piece
  }

  const revive = (piece: Piece, capturedAt: string): Piece => {
    const into = piece.into as number
    if (isRecent(piece.frame)) removeEdge('merge', piece.id, into)
    else {
      const afterAt = previousAt ?? capturedAt
      edges.push({ kind: 'split', fromId: into, toId: piece.id, afterAt, byAt: capturedAt })
    }
    Object.assign(piece, { end: 'last-frame', endedByAt: null, into: null, missing: 0 })
    return piece
  }

  const merge = (piece: Piece, into: number, capturedAt: string): void => {
    const fromInto = piece.from === into && piece.birth === 'split'
    if (fromInto && piece.sights <= FORGIVEN_FRAMES) {
      removeEdge('split', into, piece.id)
      piece.dropped = true
    } else {
      const afterAt = piece.lastAt
      edges.push({ kind: 'merge', fromId: piece.id, toId: into, afterAt, byAt: capturedAt })
    }
    Object.assign(piece, { end: 'merged', endedByAt: capturedAt, into, frame })
    for (let i = ranked.first; i < ranked.end; i++) if (extent[i] === piece.id) ghost[i] = piece.id
  }

  return {
    add({ capturedAt, fragmentation, validity }) {
      frame += 1
      const { fragments, ranks } = fragmentation
      ranked.first = Math.min(ranked.first, fragmentation.ranked.first)
      ranked.end = Math.max(ranked.end, fragmentation.ranked.end)
      const sizes = new Float64Array(fragments.length + 1)
      const kin = new Overlaps()
      const ghosts = new Overlaps()
      const seen = new Float64Array(pieces.length + 1)
      for (let i = ranked.first; i < ranked.end; i++) {
        const rank = ranks[i] as number
        const id = extent[i] as number
        if (id > 0 && isObserved(validity[i] as number)) seen[id] = (seen[id] as number) + 1
        if (rank === 0) continue
        sizes[rank] = (sizes[rank] as number) + 1
        if (id > 0) kin.add(id, rank)
        const lost = ghost[i] as number
        if (lost > 0) ghosts.add(lost, rank)
      }
      const related = (id: number, rank: number, pixels: number): boolean =>
        pixels >= MIN_OVERLAP * Math.min(pieceOf(id).pixels, sizes[rank] as number)
      const links = kin.list().filter(({ id, rank, pixels }) => related(id, rank, pixels))
      const lost = ghosts.list().filter(({ id, rank, pixels }) => related(id, rank, pixels))

      const idOf = new Int32Array(fragments.length + 1)
      const merged: [piece: Piece, rank: number][] = []
      const placed = new Set<number>()
      // Links come largest first: a piece goes where most of it went, a fragment is what most of it was.
      for (const { id, rank } of links) {
        if (placed.has(id)) continue
        placed.add(id)
        if (idOf[rank] === 0) idOf[rank] = id
        else merged.push([pieceOf(id), rank])
      }
      const known = pieces.length
      for (const { rank } of fragments) {
        if (idOf[rank] !== 0) continue
        const parent = links.find((link) => link.rank === rank)?.id ?? null
        const old = lost.find(
          ({ id, rank: at }) => at === rank && pieceOf(id).into !== null && !placed.has(id),
        )
        const piece =
          old === undefined ? create(capturedAt, parent) : revive(pieceOf(old.id), capturedAt)
        placed.add(piece.id)
        idOf[rank] = piece.id
      }
      for (const [piece, rank] of merged) merge(piece, idOf[rank] as number, capturedAt)
      for (let id = 1; id <= known; id++) {
        const piece = pieceOf(id)
        if (piece.end !== 'last-frame' || placed.has(id) || piece.pixels === 0) continue
        if ((seen[id] as number) < MIN_SEEN * piece.pixels) continue
        piece.missing += 1
        piece.missingAt ??= capturedAt
        if (piece.missing >= FORGIVEN_FRAMES) {
          Object.assign(piece, { end: 'gone', endedByAt: piece.missingAt, pixels: 0 })
        }
      }
      for (let i = ranked.first; i < ranked.end; i++) {
        const rank = ranks[i] as number
        const id = extent[i] as number
        if (rank > 0) extent[i] = idOf[rank] as number
        else if (id > 0 && (placed.has(id) || pieceOf(id).end === 'gone')) extent[i] = 0
      }
      for (const { rank, areaM2 } of fragments) {
        const piece = pieceOf(idOf[rank] as number)
        piece.pixels = sizes[rank] as number
        piece.missing = 0
        piece.missingAt = null
        if (piece.sights === 0) piece.firstM2 = areaM2
        piece.sights += 1
        piece.lastAt = capturedAt
        piece.lastM2 = areaM2
        if (areaM2 > piece.largestM2) {
          piece.largestM2 = areaM2
          piece.largestAt = capturedAt
        }
        sights.push({ capturedAt, id: piece.id, rank, areaM2 })
      }
      previousAt = capturedAt
    },

    lineage() {
      const kept = pieces.filter(
        (piece) => !piece.dropped && !(piece.end === 'gone' && piece.sights < FORGIVEN_FRAMES),
      )
      const newId = new Map(kept.map((piece, i) => [piece.id, i + 1]))
      const has = (id: number): boolean => newId.has(id)
      const renamed = (id: number): number => newId.get(id) as number
      return {
        pieces: kept.map((piece) => ({
          id: renamed(piece.id),
          birth: piece.birth,
          bornAfterAt: piece.bornAfterAt,
          bornAt: piece.bornAt,
          end: piece.end,
          lastAt: piece.lastAt,
          endedByAt: piece.endedByAt,
          sights: piece.sights,
          firstM2: piece.firstM2,
          lastM2: piece.lastM2,
          largestM2: piece.largestM2,
          largestAt: piece.largestAt,
        })),
        edges: edges
          .filter(({ fromId, toId }) => has(fromId) && has(toId))
          .map((edge) => ({ ...edge, fromId: renamed(edge.fromId), toId: renamed(edge.toId) })),
        sights: sights
          .filter(({ id }) => has(id))
          .map((sight) => ({ ...sight, id: renamed(sight.id) })),
      }
    },
  }
}

interface Overlap {
  id: number
  rank: number
  pixels: number
}

/** Counts shared pixels of pieces and fragments. */
class Overlaps {
  readonly #counts = new Map<number, Overlap>()

  add(id: number, rank: number): void {
    const key = id * 1e6 + rank
    const found = this.#counts.get(key)
    if (found === undefined) this.#counts.set(key, { id, rank, pixels: 1 })
    else found.pixels++
  }

  /** From the largest to the smallest. */
  list(): Overlap[] {
    return [...this.#counts.values()].sort(
      (a, b) => b.pixels - a.pixels || a.id - b.id || a.rank - b.rank,
    )
  }
}
