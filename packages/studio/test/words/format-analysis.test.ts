import { describe, expect, it } from 'vitest'
import {
  areaUnit,
  formatDays,
  formatHa,
  formatHaChange,
  formatHaRange,
  formatMetres,
  formatShareChange,
  signed,
} from '../../src/words/format-analysis.ts'

describe('numbers of the analysis', () => {
  it('are hectares from one on', () => {
    expect(formatHa('en', 9_999)).toBe('9,999 m²')
    expect(formatHa('en', 168_347)).toBe('16.83 ha')
    expect(formatHaChange('en', 168_347)).toBe('+16.83 ha')
    expect(formatHaChange('en', -950)).toBe('−950 m²')
    expect(formatHaRange('en', 333, 22_731)).toBe('0.03–2.27 ha')
  })

  it('are shares of what was there before', () => {
    expect(formatShareChange('en', 2.338)).toBe('+234 %')
    expect(formatShareChange('zh', -0.25)).toBe('−25%')
    expect(formatShareChange('en', 0.001)).toBe('0 %')
  })

  it('share a unit in a column', () => {
    const unit = areaUnit('en', [120, 30_000])
    expect([unit.name, unit.show(120), unit.showChange(30_000)]).toEqual(['ha', '0.01', '+3.00'])
  })

  it('have a true minus, and none before nought', () => {
    expect(signed('en', -57.8, 1)).toBe('−57.8')
    expect(signed('en', -0.04, 1, true)).toBe('0.0')
    expect(signed('en', 5, 0, true)).toBe('+5')
  })

  it('are metres, then kilometres', () => {
    expect(formatMetres('en', 12.34)).toBe('12.3 m')
    expect(formatMetres('en', 1234.5)).toBe('1,235 m')
    expect(formatMetres('zh', 12_340)).toBe('12.34 km')
  })

  it('say a day once', () => {
    expect(formatDays('2018-10-09T04:00:00Z', '2018-10-11T04:00:00Z')).toBe(
      '2018-10-09 – 2018-10-11',
    )
    expect(formatDays('2018-10-09T04:00:00Z', '2018-10-09T05:00:00Z')).toBe('2018-10-09')
  })
})
