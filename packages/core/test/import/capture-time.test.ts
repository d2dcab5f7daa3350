import { describe, expect, it } from 'vitest'
import { captureTimeFromMetadata, captureTimeFromName } from '../../src/import/capture-time.ts'

function timeIn(name: string): string | null {
  const result = captureTimeFromName(name)
  return result.ok ? result.time.capturedAt : null
}

describe('captureTimeFromName', () => {
  it.each([
    ['ndvi_2019-05-12', '2019-05-12T12:00:00.000Z'],
    ['20190512_ndvi', '2019-05-12T12:00:00.000Z'],
    ['slope 2019_05_12 B04', '2019-05-12T12:00:00.000Z'],
    ['a.2019.05.12.b', '2019-05-12T12:00:00.000Z'],
    ['T33TWM_20230815T095031_B04_10m', '2023-08-15T09:50:31.000Z'],
    ['SENTINEL2A_20180717-104258-591_L2A', '2018-07-17T10:42:58.591Z'],
    ['planet_20190512_104258_3B', '2019-05-12T10:42:58.000Z'],
    ['ndvi_2019-05-12T10-42-58Z', '2019-05-12T10:42:58.000Z'],
    ['S2A_33TWM_20230815_0_L2A', '2023-08-15T12:00:00.000Z'],
    ['20190512_10m', '2019-05-12T12:00:00.000Z'],
  ])('reads %s', (name, expected) => {
    expect(timeIn(name)).toBe(expected)
  })

  it('takes the first date of names whose later dates are those of processing', () => {
    expect(timeIn('S2A_MSIL2A_20230815T095031_N0509_R079_T33TWM_20230815T155057')).toBe(
      '2023-08-15T09:50:31.000Z',
    )
    expect(timeIn('LC08_L2SP_196027_20190512_20200829_02_T1_SR')).toBe('2019-05-12T12:00:00.000Z')
  })

  it('says whether the time of day is known', () => {
    const day = captureTimeFromName('2019-05-12')
    const second = captureTimeFromName('20190512T104258')
    expect(day.ok && day.time.precision).toBe('day')
    expect(second.ok && second.time.precision).toBe('second')
  })

  it.each([
    ['12052019_ndvi', /day first or month first/],
    ['ndvi_12-05-2019', /day first or month first/],
    ['2019-05-01_2019-05-31_max', /several dates/],
    ['ndvi', /no date/],
    ['ndvi_20190231', /no date/],
    ['id_1234567890123', /no date/],
  ])('refuses %s', (name, reason) => {
    const result = captureTimeFromName(name)
    expect(result.ok ? '' : result.reason).toMatch(reason)
  })
})

describe('captureTimeFromMetadata', () => {
  it('prefers the acquisition over the time of the file', () => {
    const result = captureTimeFromMetadata({
      TIFFTAG_DATETIME: '2024:01:02 03:04:05',
      acquisition_date: '2019-05-12',
    })
    expect(result).toEqual({
      ok: true,
      time: {
        capturedAt: '2019-05-12T12:00:00.000Z',
        precision: 'day',
        source: 'ACQUISITION_DATE',
      },
    })
  })

  it('reads TIFF dates and times with a zone', () => {
    const tiff = captureTimeFromMetadata({ TIFFTAG_DATETIME: '2019:05:12 10:42:58' })
    const zoned = captureTimeFromMetadata({ ACQUISITION_DATETIME: '2019-05-12T23:30:00-05:00' })
    expect(tiff.ok && tiff.time.capturedAt).toBe('2019-05-12T10:42:58.000Z')
    expect(zoned.ok && zoned.time.capturedAt).toBe('2019-05-13T04:30:00.000Z')
  })

  it('finds nothing in other metadata', () => {
    expect(captureTimeFromMetadata({ AREA_OR_POINT: 'Area' }).ok).toBe(false)
  })
})
