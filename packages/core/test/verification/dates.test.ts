import { describe, expect, it } from 'vitest'
import { dayInProperties, dayInText } from '../../src/verification/dates.ts'

describe('dayInText', () => {
  it.each([
    ['2017-01-16.tif', '2017-01-16'],
    ['269112_2013-07-26_RE1_3A_Analytic_clip.shp', '2013-07-26'],
    ['S2A_MSIL2A_20181012T041234_N0209', '2018-10-12'],
    ['truth_20181012041234', '2018-10-12'],
    ['mask_2018_1_2', '2018-01-02'],
    ['2018/10/12 04:00:00+00', '2018-10-12'],
    ['12.10.2018', '2018-10-12'],
    ['Baige 3 Nov 2018', '2018-11-03'],
  ])('finds the day in %s', (text, day) => {
    expect(dayInText(text)).toBe(day)
  })

  it.each(['scar.tif', '2018-13-01', '2018-02-30', '269112_1', '12345678', '1054034', '2018'])(
    'finds none in %s',
    (text) => {
      expect(dayInText(text)).toBeNull()
    },
  )
})

describe('dayInProperties', () => {
  it('reads attributes that are named after a date', () => {
    expect(dayInProperties({ id: 20181012, valid_from: '2018-10-13T04:00:00Z' })).toBe('2018-10-13')
    expect(dayInProperties({ Acquired: 20181012 })).toBe('2018-10-12')
    expect(dayInProperties({ name: '2018-10-12', date: null })).toBeNull()
  })
})
