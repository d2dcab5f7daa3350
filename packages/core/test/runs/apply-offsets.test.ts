import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createRangeClient } from '../../src/cog/range-client.ts'
import { planSiteGrid } from '../../src/geo/site-grid.ts'
import type { FileStore } from '../../src/model/file-store.ts'
import type { BboxLngLat, Grid } from '../../src/model/grid.ts'
import type { Scene } from '../../src/model/scene.ts'
import { mergeScenes } from '../../src/runs/acquire-plan.ts'
import { applyOffsets } from '../../src/runs/apply-offsets.ts'
import { createArchiveTransport } from '../../src/runs/archive-transport.ts'
import { readPart } from '../../src/runs/read-part.ts'
import { bboxPolygon } from '../../src/stac/footprint.ts'
import type { ArchiveItem } from '../../src/stac/item.ts'
import { planAcquisitions } from '../../src/stac/plan-acquisitions.ts'
import { searchArchive } from '../../src/stac/search.ts'

const SHARED = new URL('../../../../../shared/', import.meta.url).pathname
const hasShared = existsSync(SHARED)
if (!hasShared)
  console.info('skipped: offsets of real and simulated archives, ../shared is not here')

function memoryStore(): FileStore {
  const files = new Map<string, Uint8Array>()
  return {
    async read(name) {
      const bytes = files.get(name)
      if (!bytes) throw new Error(`no ${name}`)
      return bytes
    },
    readIfExists: async (name) => files.get(name) ?? null,
    async write(name, bytes) {
      files.set(name, typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes)
    },
    exists: async (name) => files.has(name),
    async remove(name) {
      files.delete(name)
    },
  }
}

/** Reads an archive on disk and decides its offsets. */
async function decide(
  url: string,
  bboxLngLat: BboxLngLat,
  from: string,
  to: string,
): Promise<{ scenes: Scene[]; items: Map<string, ArchiveItem> }> {
  const aoi = bboxPolygon(bboxLngLat)
  const siteGrid: Grid = planSiteGrid(aoi, 10)
  const client = createRangeClient()
  const query = { url, collection: 'sentinel-2-l2a', aoi, from, to }
  const found = await searchArchive(query, createArchiveTransport(client.http))
  const planned = planAcquisitions(found.items, { aoi, siteEpsg: siteGrid.epsg })
  const files = memoryStore()
  const scenes = await mergeScenes([], planned, { refresh: false, colour: false, files })
  const reader = { files, client, sign: async (href: string) => href, siteGrid, colour: false }
  for (const [i, { sceneId, parts }] of planned.entries()) {
    const scene = scenes[i] as Scene
    const read = await Promise.all(parts.map((item) => readPart(item, sceneId, reader)))
    scene.parts = read.filter((part) => part !== null)
    scene.status = 'read'
  }
  const items = new Map(
    planned.flatMap(({ parts }) => parts.map((item) => [item.id, item] as const)),
  )
  await applyOffsets(scenes, items, siteGrid, files)
  return { scenes, items }
}

describe.skipIf(!hasShared)('offsets', () => {
  it('of real Earth Search items of 2023 are not subtracted again', async () => {
    const url = `${SHARED}data/s2-earthsearch-120m/collection.json`
    const { scenes } = await decide(url, [15.2, 46.3, 15.4, 46.45], '2023-01-01', '2023-12-31')
    expect(scenes.length).toBeGreaterThanOrEqual(5)
    for (const { offset, parts } of scenes) {
      expect(offset).toMatchObject({ decision: 'already-subtracted', offsetReflectance: 0 })
      expect(offset?.evidence).toMatchObject({ boaOffsetApplied: true, rasterOffset: -0.1 })
      expect(offset?.contradiction).toContain('not to be applied again')
      expect(parts[0]?.bands.red?.scaling.offset).toBe(0)
    }
  })

  it.each(['baige1', 'sela2'])('of %s are right through the change of baselines', async (name) => {
    const dir = `${SHARED}sites/${name}/`
    const { bbox } = JSON.parse(readFileSync(`${dir}site.json`, 'utf8')) as { bbox: BboxLngLat }
    const { scenes, items } = await decide(`${dir}items.json`, bbox, '2021-11-01', '2022-09-30')
    expect(scenes.length).toBeGreaterThan(8)
    const wrong = scenes.filter(({ offset, parts }) => {
      const item = items.get(parts[0]?.itemId ?? '')
      // Checked by hand against the reflectances of the neighbouring dates.
      const due = (item?.processingBaseline ?? '') >= '04.00' && item?.boaOffsetApplied === false
      return (offset?.decision === 'subtract') !== due
    })
    expect(wrong.map(({ id }) => id)).toEqual([])
  })
})
