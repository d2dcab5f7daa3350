import { describe, expect, it } from 'vitest'
import { niceTicks } from '../../src/report/charts/chart-frame.ts'
import { html, scriptJson } from '../../src/report/markup.ts'
import {
  areaUnitOf,
  formatArea,
  formatBracket,
  formatChange,
  formatLngLat,
  formatNumber,
  formatPercent,
  formatRange,
  readable,
} from '../../src/report/words.ts'

const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ')

describe('words', () => {
  it('writes areas in m² below a hectare and in ha above', () => {
    expect(plain(formatArea(9999))).toBe('9 999 m²')
    expect(plain(formatArea(10_000))).toBe('1.00 ha')
    expect(plain(formatChange(25_000))).toBe('+2.50 ha')
    expect(plain(formatChange(-500))).toBe('−500 m²')
    expect(plain(formatRange(9000, 11_000))).toBe('0.90–1.10 ha')
    expect(areaUnitOf([500, -20_000]).showChange(12_345)).toBe('+1.23')
    expect(areaUnitOf([500]).name).toBe('m²')
  })

  it('writes numbers with a true minus, parted thousands and no minus zero', () => {
    expect(plain(formatNumber(-1_234_567.891, 1))).toBe('−1 234 567.9')
    expect(formatNumber(-0.01, 1)).toBe('0.0')
    expect(plain(formatPercent(0.034, { signed: true }))).toBe('+3.4 %')
    expect(plain(formatLngLat([-71.5, -33.25]))).toBe('33.2500° S, 71.5000° W')
  })
})

describe('dates', () => {
  it('writes brackets without saying twice what both days share', () => {
    expect(plain(formatBracket('2018-11-03T00:00:00Z', '2018-11-25T00:00:00Z'))).toBe(
      '3–25 Nov 2018',
    )
    expect(plain(formatBracket('2018-10-31T00:00:00Z', '2018-11-03T00:00:00Z'))).toBe(
      '31 Oct – 3 Nov 2018',
    )
    expect(plain(formatBracket('2018-12-31T00:00:00Z', '2019-01-05T00:00:00Z'))).toBe(
      '31 Dec 2018 – 5 Jan 2019',
    )
  })

  it('spells out the days of a sentence, with a true minus', () => {
    expect(plain(readable('After 2018-10-09 by -1.5 ha (-2 m² a day).'))).toBe(
      'After 9 October 2018 by −1.5 ha (−2 m² a day).',
    )
  })
})

describe('markup', () => {
  it('escapes inserts but not markup, and leaves out what is not there', () => {
    const inner = html`<b>${'<&>'}</b>`
    expect(html`<p title="${'"'}">${[inner, null, false, 0]}</p>`.markup).toBe(
      '<p title="&quot;"><b>&lt;&amp;&gt;</b>0</p>',
    )
  })

  it('lets no data end a script element', () => {
    expect(scriptJson('</script>').markup).toBe('"\\u003c/script>"')
  })
})

describe('niceTicks', () => {
  it('puts ticks on round values', () => {
    expect(niceTicks(0, 80, 4)).toEqual([0, 20, 40, 60, 80])
    expect(niceTicks(0.5, 1, 4)).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 1])
  })
})
