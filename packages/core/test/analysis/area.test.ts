import { describe, expect, it } from 'vitest'
import { type AreaInput, comparedAreas, levelErrorM, measureArea } from '../../src/analysis/area.ts'
import { perimeterM } from '../../src/analysis/perimeter.ts'
import { VALIDITY } from '../../src/model/validity.ts'
import type { Grid } from '../../src/model/grid.ts'

const width = 60
const grid: Grid = { epsg: 32647, transform: [2, 0, 0, 0, -2, 0], width, height: width }

/** A square of 20 by 20 pixels (40 m) in the middle. */
function square(inset = 0): Uint8Array {
  const mask = new Uint8Array(width * width)
  for (let row = 20 + inset; row < 40 - inset; row++) {
    mask.fill(1, row * width + 20 + inset, row * width + 40 - inset)
  }
  return mask
}

const clear = (): Uint8Array => new Uint8Array(width * width).fill(VALIDITY.clear)

const input = (change: Partial<AreaInput> = {}): AreaInput => ({
  grid,
  mask: square(),
  validity: clear(),
  probability: null,
  sensorPixelM: 10,
  registrationResidualM: 0,
  levelErrorM: null,
  doubtfulM2: null,
  hidden: null,
  ...change,
})

describe('perimeterM', () => {
  it('is pi/4 of the pixel edges', () => {
    expect(perimeterM(square(), grid)).toBeCloseTo((Math.PI / 4) * 160, 9)
  })

  it('is right within 2 % for a disc', () => {
    const mask = new Uint8Array(width * width)
    for (let i = 0; i < mask.length; i++) {
      if (Math.hypot((i % width) - 29.5, Math.floor(i / width) - 29.5) < 20) mask[i] = 1
    }
    expect(perimeterM(mask, grid) / (2 * Math.PI * 40)).toBeCloseTo(1, 1.7)
  })
})

describe('measureArea', () => {
  it('measures area, perimeter and valid fractions of a mask in full sight', () => {
    expect(measureArea(input())).toMatchObject({
      areaM2: 1600,
      seenM2: 1600,
      hiddenM2: 0,
      validInside: 1,
      validAround: 1,
    })
  })

  it('reckons mixed pixels as worked out by hand', () => {
    // P = 125.66 m, n = (4/pi) 125.66/10 = 16 sensor pixels, 1.645 * 100 * sqrt(16/12) = 189.95 m².
    const { uncertainty, lowM2, highM2 } = measureArea(input())
    expect(uncertainty.mixedPixels[0]).toBeCloseTo(189.95, 2)
    expect(lowM2).toBeCloseTo(1600 - 189.95, 2)
    expect(highM2).toBeCloseTo(1600 + 189.95, 2)
  })

  it('reckons registration without a level by hand: perimeter times residual, added in squares', () => {
    // 1.645 * 125.664 * 2 = 413.43 m²; sqrt(189.95² + 413.43²) = 454.98 m².
    const { uncertainty, highM2 } = measureArea(input({ registrationResidualM: 2 }))
    expect(uncertainty.registration[1]).toBeCloseTo(413.43, 2)
    expect(highM2).toBeCloseTo(1600 + 454.98, 2)
  })

  it('reckons level and registration by hand: the level moves the whole boundary, shifts a cell each', () => {
    // Level: 1.645 * 125.664 * 1.2 = 248.06 m². Registration: 1.645 * 2 * sqrt(20 * 125.664) = 164.94 m².
    // All: sqrt(248.06² + 164.94² + 189.95²) = 353.30 m².
    const { uncertainty, highM2 } = measureArea(
      input({ registrationResidualM: 2, levelErrorM: 1.2 }),
    )
    expect(uncertainty.level[0]).toBeCloseTo(248.06, 2)
    expect(uncertainty.registration[1]).toBeCloseTo(164.94, 2)
    expect(highM2).toBeCloseTo(1600 + 353.3, 2)
  })

  it('finds the level error by hand: 1.4826 times the median size of the offsets, at least 0.1 s', () => {
    // Sizes 0.4, 0.8, 1.0, 1.6, 12 (a frame of snow): median 1.0, 1.4826 * 1.0 = 1.4826 m.
    expect(levelErrorM([0.8, -1.6, null, 0.4, -12, 1], 10)).toBeCloseTo(1.4826, 4)
    // Sizes 0.2, 0.4: median 0.3, 0.4448 m is less than a tenth of 10 m: 1 m; of a 3 m pixel it stands.
    expect(levelErrorM([0.4, null, -0.2], 10)).toBe(1)
    expect(levelErrorM([0.4, null, -0.2], 3)).toBeCloseTo(0.4448, 4)
    expect(levelErrorM([null], 10)).toBeNull()
  })

  it('reckons the boundary from the probability, a resolution cell at a time', () => {
    // 76 pixels of p = 0.6 and 20 of p = 0.1: sum p(1-p) = 76*0.24 + 20*0.09 = 20.04 pixels;
    // 1.645 * sqrt(4 m² * 400 m² * 20.04) = 294.56 m².
    const probability = new Uint8Array(width * width)
    const [outer, inner] = [square(), square(1)]
    for (let i = 0; i < probability.length; i++) {
      probability[i] = inner[i] ? 200 : outer[i] ? 120 : 0
    }
    probability.fill(20, 19 * width + 20, 19 * width + 40)
    const { uncertainty } = measureArea(input({ probability }))
    expect(uncertainty.boundary[0]).toBeCloseTo(294.56, 1)
    expect(uncertainty.boundary[1]).toBe(uncertainty.boundary[0])
    const unknown = new Uint8Array(width * width).fill(255)
    expect(measureArea(input({ probability: unknown })).uncertainty.boundary).toEqual([0, 0])
  })

  it('tells what is carried from memory and bounds it by the sights before and after', () => {
    const validity = clear()
    // Rows 30 and below are under cloud: half of the square.
    validity.fill(VALIDITY.cloud, 30 * width)
    const before = square(2)
    const after = square()
    // One strip outside the mask is next seen as scar.
    after.fill(1, 45 * width + 20, 45 * width + 25)
    const area = measureArea(input({ validity, hidden: { before, after } }))
    expect(area).toMatchObject({ seenM2: 800, hiddenM2: 800, validInside: 0.5 })
    // Of the hidden half (20 x 10), the inner 16 x 8 was scar before too: 200 - 128 pixels in doubt.
    expect(area.uncertainty.hidden).toEqual([72 * 4, 5 * 4])
    expect(area.validAround).toBeGreaterThan(0.4)
    expect(area.validAround).toBeLessThan(0.6)
  })

  it('counts ground in doubt downwards in the mask and upwards beside it, in squares with the rest', () => {
    const sure = measureArea(input())
    const doubtful = measureArea(input({ doubtfulM2: { takenIn: 300, leftOut: 400 } }))
    // Mixed pixels alone are +- 189.95 m2 here: sqrt(189.95^2 + 300^2) and sqrt(189.95^2 + 400^2).
    expect(doubtful.areaM2 - doubtful.lowM2).toBeCloseTo(355.08, 1)
    expect(doubtful.highM2 - doubtful.areaM2).toBeCloseTo(442.81, 1)
    const [compared] = comparedAreas([doubtful])
    expect([compared?.lowM2, compared?.highM2]).toEqual([sure.lowM2, sure.highM2])
    expect(comparedAreas([sure])[0]).toBe(sure)
  })

  it('takes an empty mask for 0 m² in full sight, with what may have been missed', () => {
    const area = measureArea(input({ mask: new Uint8Array(width * width) }))
    expect(area).toMatchObject({ areaM2: 0, lowM2: 0, highM2: 0, validInside: 1 })
  })
})
