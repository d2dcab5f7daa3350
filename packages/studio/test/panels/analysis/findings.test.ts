import type { AnalysisAnswer, Track } from '@scarline/core/model'
import { describe, expect, it } from 'vitest'
import { seasonsIn } from '../../../src/panels/analysis/rose-figure.tsx'
import { curveObjects, shownObject } from '../../../src/panels/analysis/shown-object.ts'
import { countStaleMasks } from '../../../src/panels/analysis/stale-masks.ts'

const areas = [
  { sceneId: 'a', objectId: 1, areaM2: 100 },
  { sceneId: 'b', objectId: 1, areaM2: 110 },
]
const analysis = {
  analysis: {
    objects: [
      { objectId: 1, areas },
      { objectId: 3, areas: [] },
    ],
  },
  evolution: { objects: [{ objectId: 1 }, { objectId: 3 }] },
} as unknown as AnalysisAnswer
const track = (frames: object[]): Track => ({ frames }) as unknown as Track

describe('an analysis that is older than the masks', () => {
  it('is told by masks that changed, came or went', () => {
    expect(countStaleMasks(track(areas), analysis)).toBe(0)
    expect(countStaleMasks(track([areas[0] as object]), analysis)).toBe(1)
    const more = { sceneId: 'c', objectId: 1, areaM2: 5 }
    expect(countStaleMasks(track([...areas, more]), analysis)).toBe(1)
    const other = { sceneId: 'b', objectId: 1, areaM2: 112 }
    expect(countStaleMasks(track([areas[0] as object, other]), analysis)).toBe(1)
  })
})

describe('the object that is shown', () => {
  it('is the chosen one, else the first with areas', () => {
    expect(curveObjects(analysis)).toHaveLength(1)
    expect(shownObject(analysis, 3)?.summary.objectId).toBe(1)
  })
})

describe('the label of a span', () => {
  it('tells its seasons', () => {
    expect(seasonsIn('Nov-May 2016/17 to Nov-May 2017/18')).toEqual([
      { name: 'november-may', year: 2016 },
      { name: 'november-may', year: 2017 },
    ])
    expect(seasonsIn('2017-01-27 to 2025-04-10')).toEqual([])
  })
})
