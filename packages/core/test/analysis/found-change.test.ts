import { describe, expect, it } from 'vitest'
import { type FoundChange, datedByShown, joinUnseen } from '../../src/analysis/found-change.ts'

function found(frame: number, changeM2: number, more: Partial<FoundChange> = {}): FoundChange {
  return {
    ...{ frame, after: frame - 1, by: frame, changeM2, halfWidthM2: 300, pValue: 0.005 },
    ...{ isNewGround: false, inSight: null, shownAt: null },
    ...more,
  }
}

/** The frame before had seen all, but for the frames given. */
function seenSince(...others: [frame: number, since: number][]): Int32Array {
  const since = Int32Array.from({ length: 20 }, (_, frame) => frame - 1)
  for (const [frame, earlier] of others) since[frame] = earlier
  return since
}

describe('a gain that a frame in between shows', () => {
  const capturedAt = '2018-10-11T04:00:00Z'

  it('came by that frame where it shows at least half of it; the rest came into sight later', () => {
    expect(datedByShown(found(10, 170_000), { capturedAt, areaM2: 106_000 })).toEqual(
      found(10, 170_000, { shownAt: capturedAt, inSight: { m2: 64_000, frame: 10 } }),
    )
    expect(datedByShown(found(10, 5000), { capturedAt, areaM2: 5000 })).toMatchObject({
      shownAt: capturedAt,
      inSight: null,
    })
  })

  it('came by the next frame that dates areas where none shows half of it', () => {
    for (const change of [found(10, 170_000), found(10, -170_000)]) {
      expect(datedByShown(change, { capturedAt, areaM2: 80_000 })).toEqual(change)
      expect(datedByShown(change, null)).toEqual(change)
    }
  })
})

describe('gained ground that the frame before had not seen', () => {
  it('is part of the failure of which that frame saw a part', () => {
    const failure = found(10, 100_000, { halfWidthM2: 400 })
    expect(joinUnseen([failure, found(11, 90_000)], seenSince([11, 9]))).toEqual([
      // sqrt(400² + 300²)
      { ...failure, changeM2: 190_000, halfWidthM2: 500, inSight: { m2: 90_000, frame: 11 } },
    ])
  })

  it('goes on being part of it while more comes into sight', () => {
    const parts = [found(10, 5000), found(11, 4000), found(12, 3000)]
    const [whole, ...others] = joinUnseen(parts, seenSince([11, 9], [12, 9]))
    expect(others).toEqual([])
    expect(whole).toMatchObject({ after: 9, by: 10, changeM2: 12_000 })
    expect(whole!.inSight).toEqual({ m2: 7000, frame: 12 })
  })

  it('may have come since it was last seen, where nothing is known to have happened', () => {
    expect(joinUnseen([found(10, 5000)], seenSince([10, 7]))).toEqual([
      found(10, 5000, { after: 7 }),
    ])
  })

  it('is a change of its own where the frame before saw it, or where the earlier change was before that', () => {
    const two = [found(10, 5000), found(11, 4000)]
    expect(joinUnseen(two, seenSince())).toEqual(two)
    const apart = [found(8, 5000), found(12, 4000)]
    expect(joinUnseen(apart, seenSince([12, 9]))[1]).toMatchObject({ after: 9, changeM2: 4000 })
  })

  it('never joins losses', () => {
    const mixed = [found(10, -5000), found(11, 4000), found(12, -3000)]
    expect(joinUnseen(mixed, seenSince([11, 9], [12, 10]))).toEqual([
      mixed[0],
      found(11, 4000, { after: 9 }),
      mixed[2],
    ])
  })
})
