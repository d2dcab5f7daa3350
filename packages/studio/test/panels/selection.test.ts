import { describe, expect, it } from 'vitest'
import { moveSelection, selectedIds } from '../../src/panels/scenes/selection.ts'

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const at = (id: string | null): { anchorId: string | null; focusId: string | null } => ({
  anchorId: id,
  focusId: id,
})
const step = (id: string | null, move: Parameters<typeof moveSelection>[2]): string | null =>
  moveSelection(at(id), ids, move, { columns: 3, extend: false }).focusId

describe('moveSelection', () => {
  it('begins at the first scene', () => {
    expect(step(null, 'right')).toBe('a')
    expect(step(null, 'down')).toBe('a')
    expect(step('gone', 'left')).toBe('a')
  })

  it('goes by columns and stays at the edges', () => {
    expect(step('b', 'down')).toBe('e')
    expect(step('e', 'up')).toBe('b')
    expect(step('b', 'up')).toBe('b')
    expect(step('a', 'left')).toBe('a')
    expect(step('g', 'right')).toBe('g')
  })

  it('comes down to a last row that is shorter, and stays in it', () => {
    expect(step('f', 'down')).toBe('g')
    expect(step('g', 'down')).toBe('g')
  })

  it('has nothing to select in an empty sheet', () => {
    expect(moveSelection(at('a'), [], 'right', { columns: 3, extend: false }).focusId).toBeNull()
  })
})

describe('selectedIds', () => {
  it('are all from the anchor to the focus, in the order of the sheet', () => {
    const right = moveSelection(at('c'), ids, 'right', { columns: 3, extend: true })
    expect(selectedIds(right, ids)).toEqual(['c', 'd'])
    const up = moveSelection(right, ids, 'up', { columns: 3, extend: true })
    expect(selectedIds(up, ids)).toEqual(['a', 'b', 'c'])
  })

  it('is the focus alone where the anchor is not shown', () => {
    expect(selectedIds({ anchorId: 'gone', focusId: 'b' }, ids)).toEqual(['b'])
    expect(selectedIds({ anchorId: 'a', focusId: 'gone' }, ids)).toEqual([])
  })
})
