import { describe, expect, it } from 'vitest'
import * as format from '../../src/words/format.ts'

describe('format', () => {
  it('writes areas with their unit and changes with their sign', () => {
    expect(format.formatArea('en', 12_340.4)).toBe('12,340 m²')
    expect(format.formatArea('zh', 3_421_000)).toBe('3.42 km²')
    expect(format.formatAreaChange('en', -1250)).toBe('−1,250 m²')
    expect(format.formatAreaChange('en', 0)).toBe('±0 m²')
  })

  it('writes days in UTC, whatever the clock of the machine', () => {
    expect(format.formatDay('2017-01-16T23:59:59Z')).toBe('2017-01-16')
    expect(format.formatLongDay('en', '2017-01-16T23:59:59Z')).toBe('16 January 2017')
    expect(format.formatLongDay('zh', '2017-01-16T00:00:01Z')).toBe('2017年1月16日')
  })

  it('writes durations in two units at most', () => {
    expect(format.formatDuration('en', 0)).toBe('0 s')
    expect(format.formatDuration('en', 8.4)).toBe('8 s')
    expect(format.formatDuration('en', 200)).toBe('3 min 20 s')
    expect(format.formatDuration('en', 7500)).toBe('2 h 5 min')
    expect(format.formatDuration('zh', 120)).toBe('2 分')
  })

  it('writes shares and sizes', () => {
    expect(format.formatShare('en', 0.834)).toBe('83 %')
    expect(format.formatShare('zh', 0.834)).toBe('83%')
    expect(format.formatBytes('en', 999)).toBe('999 B')
    expect(format.formatBytes('en', 3_400_000)).toBe('3.4 MB')
    expect(format.formatBytes('en', 0)).toBe('0 B')
  })
})
