import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import { type ArchiveItem, parseItem } from '../../src/stac/item.ts'
import { decideOffsets, redStatistics } from '../../src/stac/offset.ts'
import { planAcquisitions } from '../../src/stac/plan-acquisitions.ts'
import { searchArchive } from '../../src/stac/search.ts'

const SHARED = new URL('../../../../../shared/', import.meta.url).pathname
const hasShared = existsSync(SHARED)
const hasGdal = (() => {
  try {
    execFileSync('gdalinfo', ['--version'])
    return true
  } catch {
    return false
  }
})()
if (!hasGdal)
  process.stderr.write('skipped: offsets of real items, gdal_translate is not installed\n')
if (!hasShared)
  process.stderr.write('skipped: offsets of real and simulated archives, ../shared is not here\n')

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
  const scenes = await mergeScenes([], planned, {
    refresh: false,
    keep: new Set<string>(),
    colour: false,
    files,
  })
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
  it.skipIf(!hasGdal)('of real Earth Search items of 2023 are not subtracted again', () => {
    const dir = `${SHARED}data/s2-earthsearch-120m/`
    const out = mkdtempSync(join(tmpdir(), 'scarline-offsets-'))
    const names = readdirSync(dir).filter((name) => name.startsWith('S2'))
    const scenes = names.map((name) => {
      const item = parseItem(JSON.parse(readFileSync(`${dir}${name}/${name}.json`, 'utf8')), dir)
      // These bands are JPEG 2000 under the name of TIFF: GDAL turns them into plain numbers.
      const options = ['-q', '-of', 'ENVI', '-ot', 'UInt16', `${dir}${name}/B04.tif`]
      execFileSync('gdal_translate', [...options, join(out, 'red.img')], { stdio: 'ignore' })
      const raw = readFileSync(join(out, 'red.img'))
      const redDn = new Uint16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length))
      const nothing = new Uint16Array(1)
      return {
        id: item.id,
        metadata: {
          ...item,
          rasterOffset: item.assets.find(({ key }) => key === 'red')?.offset ?? null,
        },
        pixels: { redDn: nothing, nirDn: nothing },
        redStatistics: redStatistics(redDn, 0),
      }
    })
    rmSync(out, { recursive: true, force: true })
    const decisions = decideOffsets(scenes)
    expect(decisions.size).toBe(6)
    for (const decision of decisions.values()) {
      expect(decision).toMatchObject({ decision: 'already-subtracted', offsetReflectance: 0 })
      expect(decision.evidence).toMatchObject({
        boaOffsetApplied: true,
        rasterOffset: -0.1,
        decidedBy: 'red pixels',
      })
      expect(decision.contradiction).toContain('not to be applied again')
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
