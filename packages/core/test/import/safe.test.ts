import { describe, expect, it } from 'vitest'
import { recogniseSafe } from '../../src/import/safe.ts'
import type { LocalProduct } from '../../src/import/product.ts'

const FOLDER = 'S2A_MSIL2A_20230815T095031_N0509_R079_T33TWM_20230815T155057.SAFE'
const IMAGES = ['R10m/T33TWM_20230815T095031_B04_10m.jp2', 'R10m/T33TWM_20230815T095031_B08_10m.jp2', 'R20m/T33TWM_20230815T095031_SCL_20m.jp2'] // prettier-ignore
const METADATA = `<BOA_QUANTIFICATION_VALUE unit="none">10000</BOA_QUANTIFICATION_VALUE>
<BOA_ADD_OFFSET band_id="3">-1000</BOA_ADD_OFFSET>`

function recognise(
  folder = FOLDER,
  images: readonly string[] = IMAGES,
  metadata: string | null = METADATA,
): ReturnType<typeof recogniseSafe> {
  const files = images.map((name) => ({
    path: `/data/${folder}/GRANULE/L2A/IMG_DATA/${name}`,
    sizeBytes: 1,
    modifiedMs: 0,
    named: false,
  }))
  return recogniseSafe(folder, `/data/${folder}`, files, metadata)
}

describe('recogniseSafe', () => {
  it('finds bands, classification and the offset that the metadata state', () => {
    expect(recognise()).toMatchObject({
      itemId: FOLDER.replace('.SAFE', ''),
      platform: 'S2A',
      time: { capturedAt: '2023-08-15T09:50:31.000Z' },
      scaling: { scale: 0.0001, offset: -0.1, nodataDn: 0 },
      version: [5, 9],
      processingBaseline: '05.09',
      classification: { kind: 'scl' },
      remarks: [],
    })
  })

  it('takes the offset from the baseline where the metadata are missing, and says so', () => {
    const found = recognise(FOLDER, IMAGES, null) as LocalProduct
    expect(found.scaling.offset).toBe(-0.1)
    expect(found.remarks.join()).toMatch(/MTD_MSIL2A\.xml/)
    const old = recognise(FOLDER.replace('N0509', 'N0214'), IMAGES, null) as LocalProduct
    expect(old.scaling.offset).toBe(0)
  })

  it('refuses level 1C and products without a band', () => {
    expect(recognise(FOLDER.replace('L2A', 'L1C'))).toMatchObject({
      reason: expect.stringMatching(/expected level 2A/),
    })
    expect(recognise(FOLDER, IMAGES.slice(1))).toMatchObject({
      reason: expect.stringMatching(/no B04 image/),
    })
  })
})
