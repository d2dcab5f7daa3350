import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Feature, Position } from 'geojson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evolutionSchema } from '../../src/analysis/evolution-schema.ts'
import { geodesicAreaM2 } from '../../src/analysis/geodesic-area.ts'
import { analysisSummarySchema } from '../../src/analysis/summary.ts'
import { readVector } from '../../src/gdal/read-vector.ts'
import { projectionOf } from '../../src/geo/projection.ts'
import { OUTLINE_FILES, outlineRecordSchema } from '../../src/runs/outlines-folder.ts'
import { readOutlines } from '../../src/runs/outlines-read.ts'
import {
  type OutlineOptions,
  type OutlineSummary,
  analyseOutlines,
} from '../../src/runs/outlines.ts'

const EPSG = 32647

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-outlines-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

/** A rectangle, metres from a corner in UTM zone 47. */
function box(west: number, south: number, east: number, north: number): Position[] {
  const at = (x: number, y: number): Position => [600_000 + x, 3_400_000 + y]
  return [at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]
}

function feature(ring: Position[], properties: Record<string, unknown>, degrees = true): Feature {
  const { inverse } = projectionOf(EPSG)
  const coordinates = [degrees ? ring.map(([x = 0, y = 0]) => inverse([x, y])) : ring]
  return { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates } }
}

async function save(path: string, features: Feature[], crs?: number): Promise<void> {
  await mkdir(join(dir, path, '..'), { recursive: true })
  const system =
    crs === undefined
      ? {}
      : { crs: { type: 'name', properties: { name: `urn:ogc:def:crs:EPSG::${crs}` } } }
  await writeFile(
    join(dir, path),
    JSON.stringify({ type: 'FeatureCollection', ...system, features }),
  )
}

async function analysed(
  path: string,
  options: OutlineOptions = {},
): Promise<{ summary: OutlineSummary; warnings: string[] }> {
  const run = analyseOutlines([join(dir, path)], { out: join(dir, `${path}-out`), ...options })
  const warnings: string[] = []
  for (;;) {
    const step = await run.next()
    if (step.done) return { summary: step.value, warnings }
    if (step.value.type === 'warning') warnings.push(step.value.message)
  }
}

it('does for dated outlines what analyse does for a site', async () => {
  const widths = [200, 240, 280, 320, 360, 358]
  for (const [i, width] of widths.entries()) {
    const ring = box(0, 0, width, 200)
    const inDegrees = i % 2 === 0
    await save(
      `grows/y${i}/scar-${2012 + i}-07-15.geojson`,
      [feature(ring, {}, inDegrees), feature(box(2000, 0, 2100, 100), {}, inDegrees)],
      inDegrees ? undefined : EPSG,
    )
  }
  await save('grows/nodate.geojson', [feature(box(0, 0, 50, 50), { name: 'x' })])
  const { summary, warnings } = await analysed('grows', { noiseM: 2 })
  expect(warnings.filter((line) => line.startsWith('nodate.geojson'))).toHaveLength(1)
  const scar = summary.objects[0]
  expect(scar?.areas.map(({ day }) => day)).toEqual(widths.map((_, i) => `${2012 + i}-07-15`))
  for (const [i, width] of widths.entries()) {
    const drawnM2 = geodesicAreaM2(feature(box(0, 0, width, 200), {}).geometry as never)
    expect(Math.abs((scar?.areas[i]?.areaM2 ?? 0) / drawnM2 - 1)).toBeLessThan(1e-4)
  }
  expect(scar?.changes.map(({ withinNoise }) => withinNoise)).toEqual([
    false,
    false,
    false,
    false,
    true,
  ])
  expect(scar?.words.join(' ')).toContain('shrinkage within digitising noise')
  expect(scar?.words.join(' ')).toContain('towards E')
  expect(summary.noise).toMatchObject({ source: 'given', sdM: 2 })
  expect((await readdir(summary.folder)).sort()).toEqual([...OUTLINE_FILES].sort())
  const text = (name: string): Promise<string> => readFile(join(summary.folder, name), 'utf8')
  const analysis = analysisSummarySchema.parse(JSON.parse(await text('summary.json')))
  const evolution = evolutionSchema.parse(JSON.parse(await text('events.json')))
  const record = outlineRecordSchema.parse(JSON.parse(await text('outlines.json')))
  expect(analysis.objects[0]?.sameSeasonPairs).toHaveLength(5)
  expect(analysis.objects[0]?.sameSeasonPairs.at(-1)?.beyondUncertainty).toBe(false)
  const [whole] = evolution.objects[0]?.growth ?? []
  const east = whole?.advance?.sectors.find(({ sector }) => sector === 'E')?.advance
  expect(east?.meanM).toBeGreaterThan(140)
  expect(east?.lowM).toBeLessThan(158)
  expect(east?.highM).toBeGreaterThan(158)
  expect(record.objects.every(({ gridErrorFraction }) => gridErrorFraction < 1e-3)).toBe(true)
  const drawn = await readVector(join(summary.folder, 'boundaries.gpkg'), {
    layers: ['boundaries'],
  })
  expect(drawn.features).toHaveLength(12)
  expect(
    geodesicAreaM2(drawn.features[0]?.geometry as never) / (scar?.areas[0]?.areaM2 ?? 0),
  ).toBeCloseTo(1, 4)
}, 120_000)

it('says what few outlines cannot tell, and assumes a noise openly', async () => {
  await save('few.geojson', [
    feature(box(0, 0, 200, 200), { date: '2015-06-01' }),
    feature(box(0, 0, 260, 200), { date: '2017-06-01' }),
  ])
  const { summary } = await analysed('few.geojson')
  expect(summary.noise).toMatchObject({ source: 'assumed', sdM: 5 })
  expect(summary.noise.words).toContain('--noise')
  const words = summary.objects[0]?.words.join(' ') ?? ''
  expect(words).toContain('2 outlines are too few')
  expect(words).not.toContain('No abrupt')
})

/** Pixels that are fine enough to tell objects apart. */
const COARSE = { noiseM: 2, resolutionM: 5 }

it('names the day that a copy belongs to, and tells objects by overlap, as one, or by attribute', async () => {
  const at = (east: number): Feature[] => [
    feature(box(0, 0, east, 200), { slide: 'A' }),
    feature(box(500, 0, 600, 100), { slide: 'B' }),
  ]
  await save('copies/a-2016-07-01.geojson', at(200))
  await save('copies/b-2017-07-01.geojson', at(230))
  await save('copies/c-2018-07-01.geojson', at(260))
  await save('copies/d-2017-07-01-utm.geojson', at(260))
  const { summary, warnings } = await analysed('copies', { ...COARSE })
  expect(warnings.join(' ')).toMatch(
    /d-2017-07-01-utm.geojson: is dated 2017-07-01, but holds the outlines of 2018-07-01/,
  )
  expect(summary.objects.map(({ areas }) => areas.length)).toEqual([3, 3])
  const one = await analysed('copies', { ...COARSE, objects: 'one' })
  expect(one.summary.objects.map(({ areas }) => areas.map(({ fragments }) => fragments))).toEqual([
    [2, 2, 2],
  ])
  const named = await analysed('copies', { ...COARSE, objects: 'slide' })
  expect(named.summary.objects.map(({ name }) => name)).toEqual(['A', 'B'])
}, 60_000)

it('leaves folders alone that hold something else, and refuses outlines without a date', async () => {
  await save('alone/2016-07-01.geojson', [feature(box(0, 0, 100, 100), {})])
  await expect(analysed('alone', { out: join(dir, 'alone') })).rejects.toThrow(/other files/)
  await save('undated.geojson', [feature(box(0, 0, 100, 100), {})])
  await expect(analysed('undated.geojson')).rejects.toThrow(/expected dated polygons/)
  await expect(analysed('alone', { noiseM: -1 })).rejects.toThrow(/metres above 0/)
})

it('stops when it is cancelled and leaves nothing behind', async () => {
  await save('stop/2016-07-01.geojson', [feature(box(0, 0, 100, 100), {})])
  await expect(analysed('stop', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  expect(existsSync(join(dir, 'stop-out'))).toBe(false)
})

const shared = fileURLToPath(
  new URL('../../../../../shared/data/scar-outlines/chukotka/', import.meta.url),
)
const noShared = !existsSync(shared)
if (noShared) process.stdout.write('skipped: no scar-outlines in ../shared\n')

describe.skipIf(noShared)('the large Chukotka slumps', () => {
  it('have their hectares, their noise, and 2019 only once', async () => {
    const { sheets } = await readOutlines([shared])
    for (const { file, features } of sheets) {
      const large = features.filter(({ geometry }) => geodesicAreaM2(geometry) > 44_000)
      await save(
        `chukotka/${basename(file)}.geojson`,
        large.map((one): Feature => ({ type: 'Feature', ...one })),
      )
    }
    const { summary, warnings } = await analysed('chukotka')
    expect(
      warnings.filter((line) => line.includes('holds the outlines of 2019-07-15')),
    ).toHaveLength(2)
    const [largest] = summary.objects
    const expected = [4.55, 5.49, 6.88, 6.81, 6.89, 7.31, 7.39]
    expect(largest?.areas).toHaveLength(expected.length)
    for (const [i, hectares] of expected.entries()) {
      expect(Math.abs((largest?.areas[i]?.areaM2 ?? 0) / 1e4 / hectares - 1)).toBeLessThan(0.01)
    }
    const words = largest?.changes.find(({ toDay }) => toDay === '2017-07-20')?.words
    expect(words).toContain('shrinkage within digitising noise')
    expect(largest?.words.join(' ')).toContain('shrinkage within digitising noise')
  }, 240_000)
})
