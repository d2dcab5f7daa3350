import { describe, expect, it } from 'vitest'
import { dilateByDiscs, erodeByDiscs, openByDiscs } from '../../src/raster/disc-dilation.ts'
import { dilate, erode, open } from '../../src/raster/morphology.ts'

describe('dilateByDiscs', () => {
  it.each([0, 1, 1.5, 3, 7.2, 20])('equals the exact dilation with radius %s', (radiusPx) => {
    const [width, height] = [41, 33]
    let state = 11
    const mask = Uint8Array.from({ length: width * height }, (_, i) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      const isBlock = i % width > 4 && i % width < 12 && i > 5 * width && i < 14 * width
      return isBlock || state / 2_147_483_648 < 0.01 ? 1 : 0
    })
    expect(dilateByDiscs(mask, width, height, radiusPx)).toEqual(
      dilate(mask, width, height, radiusPx),
    )
    const most = mask.map((value) => 1 - value)
    for (const one of [mask, most]) {
      expect(erodeByDiscs(one, width, height, radiusPx)).toEqual(
        erode(one, width, height, radiusPx),
      )
      expect(openByDiscs(one, width, height, radiusPx)).toEqual(open(one, width, height, radiusPx))
    }
  })
})
