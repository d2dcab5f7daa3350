import { expect, it } from 'vitest'
import { graticuleDigits } from '../../src/map/graticule.ts'

it('labels all lines of the graticule with as many decimals as their step needs', () => {
  expect(graticuleDigits(20_000)).toBe(0)
  expect(graticuleDigits(200)).toBe(1)
  expect(graticuleDigits(1.5)).toBe(3)
})
