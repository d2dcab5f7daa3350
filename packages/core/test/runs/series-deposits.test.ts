import { expect, it } from 'vitest'
import { sourcesAndDeposits } from '../../src/runs/series-deposits.ts'

const at = (day: string): string => `2018-${day}T04:00:00Z`
const river = {
  evidence: 'frames' as const,
  sights: [
    { capturedAt: at('10-09'), state: 'open' as const, debris: null },
    { capturedAt: at('10-11'), state: 'dammed' as const, debris: null },
    { capturedAt: at('11-03'), state: 'dammed' as const, debris: null },
    { capturedAt: at('12-31'), state: 'dammed' as const, debris: null },
  ],
}
const frames = river.sights.map(({ capturedAt }, i) => ({
  capturedAt,
  inMaskM2: i === 2 ? 4000 : 0,
  besideMaskM2: i === 0 ? 0 : i === 2 ? 500 : 3000,
}))
const rows = [{ areaM2: 8000 }, { areaM2: 9000 }, { areaM2: 13_000 }, { areaM2: 9000 }]
const dam = {
  afterAt: at('10-09'),
  dammedByAt: at('10-11'),
  dammedUntilAt: at('11-03'),
  clearedByAt: null,
  sights: 2,
  deposit: null,
}

it('counts debris of a dam as deposit, in the mask or beside it, and leaves a single doubtful frame out', () => {
  expect(sourcesAndDeposits(rows, { river, frames }, [dam])).toEqual([
    { sourceM2: 8000, depositM2: 0 },
    { sourceM2: 9000, depositM2: 3000 },
    { sourceM2: 9000, depositM2: 4500 },
    { sourceM2: 9000, depositM2: 0 },
  ])
  expect(sourcesAndDeposits(rows, { river: null, frames: null }, [])).toBe(null)
})
