import { describe, expect, it } from 'vitest'
import type { RasterFacts } from '../../src/import/raster-facts.ts'
import { ndviUnits, reflectanceUnits } from '../../src/import/units.ts'

function facts(
  elementType: string,
  min: number,
  max: number,
  more: Partial<RasterFacts> = {},
): RasterFacts {
  return {
    grid: { epsg: 32631, transform: [10, 0, 0, 0, -10, 0], width: 10, height: 10 },
    bandCount: 1,
    nodata: null,
    metadata: {},
    elementType,
    ranges: [{ min, max }],
    ...more,
  }
}

describe('ndviUnits', () => {
  it('takes floats within -1..1 as they are', () => {
    expect(ndviUnits(facts('float32', -0.4, 0.93), 0)).toMatchObject({
      ok: true,
      scaling: { scale: 1, offset: 0, nodataDn: null },
    })
  })

  it('recognises NDVI times 10000 by its range and says so', () => {
    const result = ndviUnits(facts('int16', -1200, 9100), 0)
    expect(result).toMatchObject({ ok: true, scaling: { scale: 0.0001 } })
    expect(result.ok && result.because).toBe('int16 from -1200 to 9100: NDVI times 10000')
  })

  it('recognises a usual nodata value that is not declared', () => {
    expect(ndviUnits(facts('int16', -32768, 9100), 0)).toMatchObject({
      scaling: { scale: 0.0001, nodataDn: -32768 },
    })
    expect(ndviUnits(facts('float32', -9999, 0.9), 0)).toMatchObject({
      scaling: { scale: 1, nodataDn: -9999 },
    })
  })

  it('believes a stated scale before anything else', () => {
    const stated = facts('uint8', 0, 200, { metadata: { '1:SCALE': '0.01', '1:OFFSET': '-1' } })
    expect(ndviUnits(stated, 0)).toMatchObject({ scaling: { scale: 0.01, offset: -1 } })
  })

  it.each([
    ['uint8', 0, 255],
    ['int16', -100, 100],
    ['float32', 0, 3000.5],
  ])('refuses %s from %d to %d unless it can be NDVI', (type, min, max) => {
    const result = ndviUnits(facts(type, min, max), 0)
    if (type === 'float32') expect(result.ok).toBe(true)
    else expect(result.ok ? '' : result.reason).toMatch(/expected NDVI/)
  })
})

describe('reflectanceUnits', () => {
  it('tells reflectance from reflectance times 10000', () => {
    expect(reflectanceUnits(facts('float32', 0.01, 0.6), 0, 'x')).toMatchObject({
      scaling: { scale: 1, nodataDn: null },
    })
    expect(reflectanceUnits(facts('uint16', 12, 8123), 0, 'x')).toMatchObject({
      scaling: { scale: 0.0001, nodataDn: 0 },
    })
  })

  it('knows Landsat Collection 2 by its name', () => {
    const name = 'LC08_L2SP_196027_20190512_20200829_02_T1_SR_B4.TIF'
    expect(reflectanceUnits(facts('uint16', 7000, 20000), 0, name)).toMatchObject({
      scaling: { scale: 0.0000275, offset: -0.2, nodataDn: 0 },
    })
  })

  it('refuses pictures', () => {
    const result = reflectanceUnits(facts('uint8', 0, 255), 0, 'x')
    expect(result.ok ? '' : result.reason).toMatch(/8-bit/)
  })
})
