import { describe, expect, it } from 'vitest'
import { isMajaFolder, recogniseMaja } from '../../src/import/maja.ts'
import { type MajaPixel, SCL, sclOfMaja } from '../../src/import/maja-masks.ts'
import { sclFromMaja } from '../../src/import/classification.ts'
import type { LocalProduct, SkippedFile } from '../../src/import/product.ts'

const FOLDER = 'SENTINEL2A_20180717-104258-591_L2A_T31UFQ_D_V1-8'

function recognise(names: readonly string[]): LocalProduct | SkippedFile {
  const files = names.map((name) => ({
    path: `/data/${FOLDER}/${name.includes('_R') ? 'MASKS/' : ''}${FOLDER}_${name}.tif`,
    sizeBytes: 1,
    modifiedMs: 0,
    named: false,
  }))
  return recogniseMaja(FOLDER, `/data/${FOLDER}`, files)
}

function product(names: readonly string[]): LocalProduct {
  const result = recognise(names)
  if ('reason' in result) throw new Error(result.reason)
  return result
}

describe('recogniseMaja', () => {
  it('reads satellite, time, tile and version from the folder name', () => {
    const found = product(['FRE_B4', 'FRE_B8', 'CLM_R1'])
    expect(found).toMatchObject({
      itemId: FOLDER,
      platform: 'S2A',
      time: { capturedAt: '2018-07-17T10:42:58.591Z', precision: 'second' },
      twinKey: 'maja S2A 20180717 31UFQ',
      version: [1, 8],
      scaling: { scale: 0.0001, offset: 0, nodataDn: -10000 },
      remarks: [],
    })
  })

  it('prefers slope-corrected bands, the 10 m infrared and 10 m masks', () => {
    const found = product([
      'SRE_B4', 'SRE_B8', 'FRE_B4', 'FRE_B8', 'FRE_B8A', 'FRE_B3', 'FRE_B2', 'CLM_R1', 'CLM_R2', 'MG2_R2',
    ]) // prettier-ignore
    expect(Object.keys(found.bands).sort()).toEqual(['blue', 'green', 'nir', 'red'])
    expect(found.bands.red?.path).toMatch(/FRE_B4/)
    expect(found.bands.nir?.path).toMatch(/FRE_B8\.tif$/)
    const { masks } = found.classification as { masks: Record<string, { path: string }> }
    expect(masks['cloud']?.path).toMatch(/CLM_R1/)
    expect(masks['geophysical']?.path).toMatch(/MG2_R2/)
  })

  it('makes do with B8A and SRE, and says so', () => {
    const found = product(['SRE_B4', 'SRE_B8A'])
    expect(found.evidence).toMatchObject({ reflectance: 'SRE', nirBand: 'B8A' })
    expect(found.remarks.join(' ')).toMatch(/slope.*no cloud mask/)
  })

  it('refuses a product without red or infrared, naming what lacks', () => {
    expect(recognise(['CLM_R2'])).toMatchObject({ severity: 'refused' })
    expect((recognise(['FRE_B4']) as SkippedFile).reason).toMatch(/FRE_B8\.tif or FRE_B8A\.tif/)
  })

  it('knows its folders by name', () => {
    expect(isMajaFolder(FOLDER)).toBe(true)
    expect(isMajaFolder('S2A_MSIL2A_20230815T095031_N0509_R079_T33TWM_20230815T155057.SAFE')).toBe(
      false,
    )
  })
})

describe('sclOfMaja', () => {
  const clear: MajaPixel = { cloud: 0, edge: 0, saturation: 0, geophysical: 0 }

  it.each([
    [{}, SCL.unclassified],
    [{ cloud: 0b0000_1111 }, SCL.cloudHigh],
    [{ cloud: 0b0000_1011 }, SCL.cloudMedium],
    [{ cloud: 0b1000_0011 }, SCL.cirrus],
    [{ cloud: 0b0001_0000 }, SCL.cirrus],
    [{ cloud: 0b0010_0001 }, SCL.shadow],
    [{ cloud: 0b0100_0001 }, SCL.shadow],
    [{ cloud: 0b0010_1011 }, SCL.cloudMedium],
    [{ cloud: 0b0000_0001 }, SCL.shadow],
    [{ edge: 1, cloud: 3 }, SCL.nodata],
    [{ saturation: 0b0100 }, SCL.defective],
    [{ saturation: 0b0001 }, SCL.unclassified],
    [{ geophysical: 0b0000_0100 }, SCL.snow],
    [{ geophysical: 0b0001_0000 }, SCL.dark],
    [{ geophysical: 0b0010_0000 }, SCL.defective],
    [{ geophysical: 0b0000_0001 }, SCL.water],
  ] as [Partial<MajaPixel>, number][])('maps %o to SCL %i', (bits, scl) => {
    expect(sclOfMaja({ ...clear, ...bits })).toBe(scl)
  })
})

describe('sclFromMaja', () => {
  it('combines masks of different resolution on the finest grid', () => {
    const fine = { epsg: 32631, transform: [10, 0, 0, 0, -10, 40] as const, width: 4, height: 4 }
    const coarse = { epsg: 32631, transform: [20, 0, 0, 0, -20, 40] as const, width: 2, height: 2 }
    const result = sclFromMaja({
      cloud: {
        raster: {
          grid: { ...coarse, transform: [...coarse.transform] },
          data: Uint8Array.of(3, 0, 0, 0),
        },
        nodata: null,
        resolution: 'R2',
      },
      edge: {
        raster: {
          grid: { ...fine, transform: [...fine.transform] },
          data: Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0)),
        },
        nodata: null,
        resolution: 'R1',
      },
    })
    const { cloudMedium: c, unclassified: u, nodata: n } = SCL
    expect([...(result?.data ?? [])]).toEqual([c, c, u, u, c, c, u, u, u, u, u, u, u, u, u, n])
  })
})
