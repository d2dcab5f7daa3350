import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Position } from 'geojson'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inOutlineWords } from '../../src/analysis/outline-words.ts'
import { pixelToMap } from '../../src/geo/affine.ts'
import { projectionOf } from '../../src/geo/projection.ts'
import { isOutlineFolder, readOutlineReport } from '../../src/runs/outlines-report.ts'
import { collectionName } from '../../src/runs/outlines-record.ts'
import { analyseOutlines } from '../../src/runs/outlines.ts'
import { drain } from './tracked-site.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-outline-report-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

function rectangle(west: number, east: number, north: number): object {
  const { inverse } = projectionOf(32647)
  const ring = [
    [west, 0],
    [east, 0],
    [east, north],
    [west, north],
    [west, 0],
  ].map(([x = 0, y = 0]): Position => inverse([600_000 + x, 3_400_000 + y]))
  return {
    type: 'Feature',
    properties: {},
    geometry: { type: 'Polygon', coordinates: [ring] },
  }
}

it('reads what an analysis wrote: words, maps of all objects and of each, hashes of the files', async () => {
  const folder = join(dir, 'Tal Nord')
  await mkdir(folder)
  const files: string[] = []
  for (const [i, east] of [200, 240, 300].entries()) {
    const features = [rectangle(0, east, 150), ...(i === 1 ? [rectangle(900, 1000, 80)] : [])]
    const file = join(folder, `scar-${2015 + i}-07-01.geojson`)
    await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features }))
    files.push(file)
  }
  const out = join(dir, 'out')
  await drain(analyseOutlines([folder], { out, noiseM: 2, resolutionM: 5 }))
  expect(await isOutlineFolder(out)).toBe(true)
  const data = await readOutlineReport(out)
  expect(data.record.name).toBe('Tal Nord')
  const bytes = await readFile(files[0] as string)
  expect(data.record.sheets[0]?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(data.told[0]?.lead[0]).toContain('The outline grew from 3.00 ha on 2015-07-01 to 4.50 ha')
  expect(data.told[0]?.lead.join(' ')).toContain('3 outlines are too few')
  expect(data.told[1]?.lead).toHaveLength(1)
  expect(data.farthest[0]?.sector).toBe('E')
  expect(data.farthest[1]).toBeNull()
  expect(
    data.map.dated.map(({ objectId, capturedAt }) => [objectId, capturedAt.slice(0, 4)]),
  ).toEqual([
    [1, '2015'],
    [1, '2016'],
    [1, '2017'],
    [2, '2016'],
  ])
  const [own] = data.objectMaps
  expect(own?.ends.map(({ capturedAt }) => capturedAt.slice(0, 4))).toEqual(['2015', '2017'])
  const ring = own?.dated[2]?.rings[0] ?? []
  const corners = ring.flatMap((col, i) =>
    i % 2 === 0 && own ? [pixelToMap(own.grid.transform, col, ring[i + 1] ?? 0)] : [],
  )
  expect(Math.max(...corners.map(([x]) => x))).toBeCloseTo(600_300, 0)
  expect(Math.max(...corners.map(([, y]) => y))).toBeCloseTo(3_400_150, 0)
}, 60_000)

it('says what is missing in a folder without an analysis', async () => {
  await mkdir(join(dir, 'empty'))
  expect(await isOutlineFolder(join(dir, 'empty'))).toBe(false)
  await expect(readOutlineReport(join(dir, 'empty'))).rejects.toMatchObject({
    code: 'missing-step',
  })
  await writeFile(join(dir, 'empty/outlines.json'), '{"formatVersion": 1}')
  await expect(readOutlineReport(join(dir, 'empty'))).rejects.toMatchObject({
    code: 'corrupt-file',
  })
})

it('names outlines after their file, or the folder that they share', () => {
  expect(collectionName(['/a/scar 2017.shp'])).toBe('scar 2017')
  expect(collectionName(['/a/b/x.shp', '/a/b/c/y.shp', '/a/b/c/z.shp'])).toBe('b')
  expect(collectionName(['/a/x.shp', '/b/y.shp'])).toBe('outlines')
})

it('puts outlines for frames in sentences, not in values', () => {
  const words = "The frames' intervals; the first frame shows it."
  expect(inOutlineWords({ birth: 'first-frame', words, n: [1, null] })).toEqual({
    birth: 'first-frame',
    words: "The outlines' intervals; the first outline shows it.",
    n: [1, null],
  })
})
