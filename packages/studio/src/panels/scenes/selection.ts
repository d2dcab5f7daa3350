/** Which scenes of the sheet are selected: all between the anchor and the focus, both included. */
export interface Selection {
  anchorId: string | null
  focusId: string | null
}

/** Where a key goes on a sheet of `columns`. */
export type Move = 'left' | 'right' | 'up' | 'down' | 'first' | 'last'

/** The selection after a key. `extend`: the anchor stays. */
export function moveSelection(
  { anchorId, focusId }: Selection,
  ids: readonly string[],
  move: Move,
  { columns, extend }: { columns: number; extend: boolean },
): Selection {
  if (ids.length === 0) return { anchorId: null, focusId: null }
  const last = ids.length - 1
  const from = focusId === null ? -1 : ids.indexOf(focusId)
  const steps: Record<Move, number> = {
    left: from - 1,
    right: from + 1,
    up: from - columns,
    down: from + columns,
    first: 0,
    last,
  }
  let to = from < 0 ? (move === 'last' ? last : 0) : steps[move]
  // A step up or down that leaves the sheet stays where it is, but for a shorter last row.
  if (from >= 0 && move === 'up' && to < 0) to = from
  if (from >= 0 && move === 'down' && to > last) {
    to = Math.floor(from / columns) < Math.floor(last / columns) ? last : from
  }
  const id = ids[Math.min(last, Math.max(0, to))] as string
  return { focusId: id, anchorId: extend ? (anchorId ?? focusId ?? id) : id }
}

/** The ids between anchor and focus, in the sheet's order. */
export function selectedIds({ anchorId, focusId }: Selection, ids: readonly string[]): string[] {
  const focus = focusId === null ? -1 : ids.indexOf(focusId)
  if (focus < 0) return []
  const anchor = anchorId === null ? -1 : ids.indexOf(anchorId)
  const other = anchor < 0 ? focus : anchor
  return ids.slice(Math.min(focus, other), Math.max(focus, other) + 1)
}
