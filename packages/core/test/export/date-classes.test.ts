import { describe, expect, it } from 'vitest'
import { dateClasses } from '../../src/export/date-classes.ts'
import { timeStepDays } from '../../src/export/qgis-project.ts'

describe('dateClasses', () => {
  it('spans the dates evenly, without gaps, from dark to light', () => {
    const classes = dateClasses(
      [
        '2017-01-01T00:00:00Z',
        '2017-02-01T00:00:00Z',
        '2017-01-31T00:00:00Z',
        '2017-01-05T00:00:00Z',
      ].sort(),
    )
    expect(classes).toHaveLength(4)
    expect(classes[0]?.fromMs).toBe(Date.UTC(2017, 0, 1))
    expect(classes[3]?.toMs).toBe(Date.UTC(2017, 1, 1))
    for (let i = 1; i < 4; i++) expect(classes[i]?.fromMs).toBe(classes[i - 1]?.toMs)
    expect(classes[0]?.colour).toBe('#440154')
    expect(classes[3]?.colour).toBe('#fde725')
    expect(classes[0]?.label).toBe('2017-01-01 to 2017-01-08')
  })

  it('has one class for one date and none for none', () => {
    expect(dateClasses([])).toEqual([])
    expect(dateClasses(['2017-01-01T00:00:00Z'])).toMatchObject([{ label: '2017-01-01' }])
  })

  it('never has more than nine', () => {
    const dates = Array.from({ length: 40 }, (_, i) => new Date(i * 1e9).toISOString())
    expect(dateClasses(dates)).toHaveLength(9)
  })
})

describe('timeStepDays', () => {
  const frames = (...days: string[]): { capturedAt: string }[] =>
    days.map((day) => ({ capturedAt: `${day}T04:00:00Z` }))

  it('is the shortest gap between frames', () => {
    expect(timeStepDays(frames('2017-01-01', '2017-03-01', '2017-03-13'))).toBe(12)
  })

  it('is five days at least', () => {
    expect(timeStepDays(frames('2017-01-01', '2017-01-03'))).toBe(5)
    expect(timeStepDays(frames('2017-01-01'))).toBe(5)
  })
})
