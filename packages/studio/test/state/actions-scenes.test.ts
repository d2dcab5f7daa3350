import type { SceneListing } from '@scarline/core/model'
import { describe, expect, it } from 'vitest'
import { filterScenes, stateOfScene, withChoice } from '../../src/state/actions-scenes.ts'

function scene(id: string, part: Partial<SceneListing>): SceneListing {
  return {
    id,
    capturedAt: `${id}T04:00:00Z`,
    status: 'read',
    kept: true,
    decidedBy: 'rule',
    reason: null,
    validFraction: 0.9,
    ...part,
  } as SceneListing
}

const scenes = [
  scene('2018-01-01', { kept: false, validFraction: 0.1, reason: 'cloud' }),
  scene('2017-01-01', {}),
  scene('2019-01-01', { status: 'failed', kept: false, validFraction: null, reason: 'HTTP 500' }),
  scene('2020-01-01', { kept: false, validFraction: null }),
]

describe('stateOfScene', () => {
  it('tells rejected from failed and from not yet judged', () => {
    expect(scenes.map(stateOfScene)).toEqual(['rejected', 'kept', 'failed', 'candidate'])
  })
})

describe('filterScenes', () => {
  it('gives those of a kind in order of time', () => {
    const days = (filter: 'all' | 'kept' | 'rejected' | 'failed'): string[] =>
      filterScenes(scenes, filter).map(({ id }) => id.slice(0, 4))
    expect(days('all')).toEqual(['2017', '2018', '2019', '2020'])
    expect(days('rejected')).toEqual(['2018'])
    expect(days('failed')).toEqual(['2019'])
  })
})

describe('withChoice', () => {
  it('marks a choice as a person’s, and leaves scenes that were never read', () => {
    const next = withChoice(scenes, ['2018-01-01', '2019-01-01'], true)
    expect(next[0]).toMatchObject({ kept: true, decidedBy: 'user', reason: null })
    expect(next[2]).toBe(scenes[2])
    expect(next[1]).toBe(scenes[1])
  })

  it('changes nothing that is so already', () => {
    expect(withChoice(scenes, ['2017-01-01'], true)[1]).toBe(scenes[1])
  })
})
