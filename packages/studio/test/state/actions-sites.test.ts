import type { SiteListing } from '@scarline/core/model'
import { describe, expect, it } from 'vitest'
import { arrangeSites, lastYearGrowthM2 } from '../../src/state/actions-sites.ts'

function site(id: string, part: Partial<SiteListing>): SiteListing {
  return {
    id,
    name: id,
    from: '2017-01-01',
    to: '2024-01-01',
    frames: 0,
    lastAt: null,
    thumbnail: null,
    area: [],
    stage: 'new',
    error: null,
    ...part,
  }
}

const sites = [
  site('slope-10', { lastAt: '2024-01-01T00:00:00Z' }),
  site('slope-2', { lastAt: '2024-06-01T00:00:00Z' }),
  site('baige', {
    name: '白格',
    area: [
      ['2020-01-01T00:00:00Z', 100],
      ['2023-03-01T00:00:00Z', 500],
      ['2024-01-01T00:00:00Z', 900],
    ],
  }),
]

describe('arrangeSites', () => {
  it('finds by name or id, whatever the case', () => {
    const found = (filter: string): string[] =>
      arrangeSites(sites, { filter, sort: 'name' }).map(({ id }) => id)
    expect(found('BAIGE')).toEqual(['baige'])
    expect(found('白')).toEqual(['baige'])
    expect(found('nowhere')).toEqual([])
  })

  it('orders by name as people count, by the last frame, and by growth', () => {
    const order = (sort: 'name' | 'last' | 'growth'): string[] =>
      arrangeSites(sites, { filter: '', sort }).map(({ id }) => id)
    expect(order('name').filter((id) => id !== 'baige')).toEqual(['slope-2', 'slope-10'])
    expect(order('last').slice(0, 2)).toEqual(['slope-2', 'slope-10'])
    expect(order('growth')[0]).toBe('baige')
  })
})

describe('lastYearGrowthM2', () => {
  it('counts from the first mask within a year of the last', () => {
    expect(lastYearGrowthM2(sites[2]?.area ?? [])).toBe(400)
    expect(lastYearGrowthM2([])).toBe(0)
  })
})
