import type { Verification } from '../../src/model/verification.ts'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeCog } from '../../src/cog/write-cog.ts'
import { projectionOf } from '../../src/geo/projection.ts'
import type { Grid } from '../../src/model/grid.ts'
import { verify } from '../../src/runs/verify.ts'
import { verificationSchema } from '../../src/verification/report.ts'
import type { SiteFolder } from '../../src/site/site-folder.ts'
import { drain, makeTrackedSite, rectangle, siteGrid } from './tracked-site.ts'

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of cleanUp.splice(0)) await dispose()
})

const cloud = rectangle(30, 0, 30, 50)

async function site(): Promise<{ folder: SiteFolder; truthDir: string }> {
  const made = await makeTrackedSite([
    { day: '2017-07-01', masks: { 1: rectangle(20, 20, 10, 10) } },
    { day: '2017-12-01', masks: { 1: rectangle(20, 20, 10, 10) }, cloud },
    { day: '2018-07-01', masks: { 1: rectangle(20, 20, 10, 10), 2: rectangle(40, 20, 5, 10) } },
  ])
  cleanUp.push(made.dispose)
  const truthDir = join(dirname(made.dir), 'truth')
  await mkdir(truthDir)
  return { folder: made.folder, truthDir }
}

async function written(folder: SiteFolder): Promise<Verification> {
  const bytes = await folder.files.read('verification.json')
  return verificationSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))
}

/** The site grid without its outer 5 pixels. */
const inner: Grid = {
  ...siteGrid,
  transform: [2, 0, 453_010, 0, -2, 3_437_990],
  width: 50,
  height: 40,
}

function innerRectangle(col: number, row: number, width: number, height: number): Uint8Array {
  const mask = new Uint8Array(inner.width * inner.height)
  for (let r = row - 5; r < row - 5 + height; r++) {
    mask.fill(1, r * inner.width + col - 5, r * inner.width + col - 5 + width)
  }
  return mask
}

describe('verify', () => {
  it('compares masks with rasters per date on another grid, over seen and over all ground', async () => {
    const { folder, truthDir } = await site()
    for (const day of ['2017-07-01', '20171201', '2018-12-31']) {
      const data = innerRectangle(20, 20, 20, 10)
      await writeFile(join(truthDir, `${day}.tif`), await encodeCog({ grid: inner, data }))
    }
    await writeFile(join(truthDir, 'readme.txt'), 'not truth')
    const { summary } = await drain(verify(folder, { truth: truthDir }))
    expect(summary).toMatchObject({ frames: 2, unmatchedTruthDays: 1 })
    const { frames, unmatched, mean } = await written(folder)
    const untold = 1 - 2000 / 3000
    expect(frames[0]).toMatchObject({
      truthDay: '2017-07-01',
      unobservedFraction: 0,
      observed: { iou: 0.5, precision: 1, recall: 0.5, areaErrorM2: -400, pixels: 2000 },
    })
    expect(frames[0]?.untoldFraction).toBeCloseTo(untold, 12)
    // Half of the truth's ground, and the half of the scar that was missed, lie under cloud.
    expect(frames[1]).toMatchObject({
      unobservedFraction: 0.5,
      observed: { iou: 1, precision: 1, recall: 1, areaErrorM2: 0, pixels: 1000 },
      all: { iou: 0.5, recall: 0.5 },
    })
    expect(unmatched).toEqual({ truthDays: ['2018-12-31'], frameDays: ['2018-07-01'] })
    expect(mean.observed?.iou).toBe(0.75)
    expect(mean.all?.iou).toBe(0.5)
  })

  it('compares with polygons that carry their date', async () => {
    const { folder, truthDir } = await site()
    const { inverse } = projectionOf(32647)
    const square = (x: number, widthM: number): number[][] =>
      [
        [x, 3_437_940],
        [x + widthM, 3_437_940],
        [x + widthM, 3_437_960],
        [x, 3_437_960],
        [x, 3_437_940],
      ].map(([px = 0, py = 0]) => inverse([px, py]))
    const feature = (date: string, ring: number[][]): unknown => ({
      type: 'Feature',
      properties: { date },
      geometry: { type: 'Polygon', coordinates: [ring] },
    })
    const file = join(truthDir, 'outlines.geojson')
    const features = [
      feature('2018-07-01', square(453_040, 20)),
      feature('2018-07-01', square(453_080, 10)),
      feature('2017-07-01', square(453_040, 20)),
    ]
    await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features }))
    await drain(verify(folder, { truth: file }))
    const both = await written(folder)
    expect(both.objectId).toBe('all')
    expect(both.frames.map(({ all }) => all.iou)).toEqual([1, 1])
    await drain(verify(folder, { truth: file, objectId: 1 }))
    const one = await written(folder)
    expect(one.frames.map(({ all }) => all.iou)).toEqual([1, 2 / 3])
  })

  it('pairs truth of nearby days only where that is allowed', async () => {
    const { folder, truthDir } = await site()
    const data = rectangle(20, 20, 10, 10)
    await writeFile(join(truthDir, '2017-07-04.tif'), await encodeCog({ grid: siteGrid, data }))
    await expect(drain(verify(folder, { truth: truthDir }))).rejects.toMatchObject({
      code: 'invalid-input',
      message: 'got truth of 1 days (2017-07-04 to 2017-07-04), none of which has a frame',
    })
    const { summary } = await drain(verify(folder, { truth: truthDir, maxDays: 5 }))
    expect(summary).toMatchObject({ frames: 1, mean: { iou: 1 } })
  })

  it('says what is wrong with the truth', async () => {
    const { folder, truthDir } = await site()
    const fails = (truth: string): Promise<unknown> => drain(verify(folder, { truth }))
    await expect(fails(join(truthDir, 'none'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(fails(truthDir)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('without a raster or vector file'),
    })
    const data = rectangle(20, 20, 10, 10)
    await writeFile(join(truthDir, 'scar.tif'), await encodeCog({ grid: siteGrid, data }))
    await expect(fails(truthDir)).rejects.toMatchObject({
      message: expect.stringContaining('without a date'),
    })
    const elsewhere: Grid = { ...siteGrid, transform: [2, 0, 600_000, 0, -2, 3_438_000] }
    await writeFile(join(truthDir, '2017-07-01.tif'), await encodeCog({ grid: elsewhere, data }))
    await expect(fails(truthDir)).rejects.toMatchObject({
      message: expect.stringContaining('lies outside of the site'),
    })
    await expect(drain(verify(folder, { truth: truthDir, objectId: 7 }))).rejects.toMatchObject({
      code: 'usage',
    })
  })
})
