import { describe, expect, it } from 'vitest'
import {
  bandFromDescription,
  bandFromFileName,
  maskedStem,
  platformFromName,
} from '../../src/import/band-names.ts'

describe('bandFromFileName', () => {
  it.each([
    ['T33TWM_20230815T095031_B04_10m', 'red'],
    ['T33TWM_20230815T095031_B8A_20m', 'nir-narrow'],
    ['scar-2019-05-12-NDVI', 'ndvi'],
    ['2019-05-12 red', 'red'],
    ['LC08_L2SP_196027_20190512_20200829_02_T1_SR_B5', 'nir'],
    ['LT05_L2SP_196027_19990512_20200829_02_T1_SR_B4', 'nir'],
    ['2019-05-12_scl', 'scl'],
  ])('finds the band in %s', (stem, band) => {
    expect(bandFromFileName(stem)?.band).toBe(band)
  })

  it('gives bands of one product one stem, whatever their resolution', () => {
    const stems = ['T33TWM_20230815T095031_B04_10m', 'T33TWM_20230815T095031_SCL_20m'].map(
      (name) => bandFromFileName(name)?.stem,
    )
    expect(new Set(stems)).toEqual(new Set(['T33TWM_20230815T095031']))
  })

  it('finds none where none is stated', () => {
    expect(bandFromFileName('Redmond_2019-05-12')).toBeNull()
  })
})

describe('bandFromDescription', () => {
  it.each([
    ['B4', 'red'],
    ['Red (665 nm)', 'red'],
    ['Near Infrared', 'nir'],
    ['B8A', 'nir-narrow'],
    ['Red Edge 1', null],
    ['temperature', null],
  ])('reads %s', (description, band) => {
    expect(bandFromDescription(description, 'x')).toBe(band)
  })
})

describe('maskedStem', () => {
  it('knows the raster that a mask belongs to', () => {
    expect(maskedStem('ndvi_2019-05-12_mask')).toBe('ndvi_2019-05-12')
    expect(maskedStem('ndvi_2019-05-12_cloud_mask')).toBe('ndvi_2019-05-12')
    expect(maskedStem('ndvi_2019-05-12')).toBeNull()
  })
})

describe('platformFromName', () => {
  it.each([
    ['S2A_MSIL2A_20230815T095031', 'S2A'],
    ['SENTINEL2B_20180717-104258-591', 'S2B'],
    ['sentinel-2c_2025-01-01', 'S2C'],
    ['LC09_L2SP_196027_20230512', 'LC09'],
    ['US2AB_2019-05-12', null],
  ])('reads %s', (name, platform) => {
    expect(platformFromName(name)).toBe(platform)
  })
})
