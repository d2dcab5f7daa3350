import { describe, expect, it } from 'vitest'
import { findFragments } from '../../src/analysis/components.ts'
import { type Lineage, trackLineage } from '../../src/analysis/lineage.ts'
import { VALIDITY } from '../../src/model/validity.ts'
import type { Grid } from '../../src/model/grid.ts'

const width = 12
const grid: Grid = { epsg: 32647, transform: [10, 0, 0, 0, -10, 0], width, height: 1 }
const day = (frame: number): string => `2020-01-${String(frame + 1).padStart(2, '0')}`

/** Each row is a frame: `#` scar, `.` covered, `?` hidden covered, `!` hidden scar. */
function follow(rows: readonly string[]): Lineage {
  const tracker = trackLineage(width)
  for (const [frame, row] of rows.entries()) {
    const mask = Uint8Array.from(row, (sign) => ('#!'.includes(sign) ? 1 : 0))
    const validity = Uint8Array.from(row, (sign) =>
      '?!'.includes(sign) ? VALIDITY.cloud : VALIDITY.clear,
    )
    tracker.add({
      capturedAt: day(frame),
      fragmentation: findFragments(mask, grid, 100),
      validity,
    })
  }
  return tracker.lineage()
}

const ids = ({ sights }: Lineage): number[][] => {
  const frames = new Map<string, number[]>()
  for (const { capturedAt, id } of sights)
    frames.set(capturedAt, [...(frames.get(capturedAt) ?? []), id])
  return [...frames.values()].map((list) => list.sort((a, b) => a - b))
}

describe('trackLineage', () => {
  it('keeps ids, names the larger one after a merge, and brackets it', () => {
    const lineage = follow([
      '####...##...',
      '####...##...',
      '#########...',
      '#########...',
      '#########...',
    ])
    expect(ids(lineage)).toEqual([[1, 2], [1, 2], [1], [1], [1]])
    expect(lineage.edges).toEqual([
      { kind: 'merge', fromId: 2, toId: 1, afterAt: day(1), byAt: day(2) },
    ])
    expect(lineage.pieces).toMatchObject([
      { id: 1, birth: 'first-frame', end: 'last-frame', sights: 5, firstM2: 400, largestM2: 900 },
      { id: 2, end: 'merged', lastAt: day(1), endedByAt: day(2), sights: 2, lastM2: 200 },
    ])
  })

  it('tells a split, with the largest part keeping the id, and a birth', () => {
    const lineage = follow(['########....', '#####.##....', '#####.##..##', '#####.##..##'])
    expect(ids(lineage)).toEqual([[1], [1, 2], [1, 2, 3], [1, 2, 3]])
    expect(lineage.edges).toEqual([
      { kind: 'split', fromId: 1, toId: 2, afterAt: day(0), byAt: day(1) },
    ])
    expect(lineage.pieces[2]).toMatchObject({ birth: 'new', bornAfterAt: day(1), bornAt: day(2) })
  })

  it('keeps the id of a fragment that is hidden or dropped for one frame', () => {
    const hidden = follow([
      '###....##...',
      '###....??...',
      '###....??...',
      '###....??...',
      '###....##...',
    ])
    expect(hidden.pieces).toHaveLength(2)
    expect(hidden.pieces[1]).toMatchObject({ end: 'last-frame', sights: 2 })
    const dropped = follow(['###....##...', '###.........', '###....##...'])
    expect(dropped.pieces).toHaveLength(2)
    expect(dropped.edges).toEqual([])
  })

  it('ends a fragment that two frames see gone, at the first of them', () => {
    const lineage = follow([
      '###....##...',
      '###....##...',
      '###.........',
      '###.........',
      '###....##...',
    ])
    expect(lineage.pieces).toMatchObject([
      { id: 1 },
      { id: 2, end: 'gone', lastAt: day(1), endedByAt: day(2) },
      { id: 3, birth: 'new' },
    ])
  })

  it('takes a merge or split that is undone within two frames for noise', () => {
    const merged = follow(['####...##...', '#########...', '####...##...', '####...##...'])
    expect(merged.edges).toEqual([])
    expect(ids(merged)).toEqual([[1, 2], [1], [1, 2], [1, 2]])
    const split = follow(['########....', '#####.##....', '########....', '########....'])
    expect(split.edges).toEqual([])
    expect(split.pieces).toHaveLength(1)
  })

  it('gives a piece that comes loose again later its old id', () => {
    const lineage = follow([
      '####...##...',
      '#########...',
      '#########...',
      '#########...',
      '#########...',
      '####...##...',
    ])
    expect(ids(lineage).at(-1)).toEqual([1, 2])
    expect(lineage.edges.map(({ kind, byAt }) => [kind, byAt])).toEqual([
      ['merge', day(1)],
      ['split', day(5)],
    ])
    expect(lineage.pieces[1]).toMatchObject({ end: 'last-frame', endedByAt: null })
  })

  it('leaves out what was seen once and then gone', () => {
    expect(
      follow(['###.........', '###....##...', '###.........', '###.........']).pieces,
    ).toHaveLength(1)
  })
})
