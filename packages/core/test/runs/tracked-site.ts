import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeCog } from '../../src/cog/write-cog.ts'
import { projectionOf } from '../../src/geo/projection.ts'
import { gridBounds } from '../../src/geo/affine.ts'
import type { Frame } from '../../src/model/frame.ts'
import type { Grid } from '../../src/model/grid.ts'
import { DEFAULT_SETTINGS } from '../../src/model/site.ts'
import type { TrackedFrame } from '../../src/model/track.ts'
import { VALIDITY } from '../../src/model/validity.ts'
import { createSiteFolder, type SiteFolder } from '../../src/site/site-folder.ts'

/** 60 x 50 pixels of 2 m. */
export const siteGrid: Grid = {
  epsg: 32647,
  transform: [2, 0, 453_000, 0, -2, 3_438_000],
  width: 60,
  height: 50,
}

/** A rectangle of set pixels on the site grid. */
export function rectangle(col: number, row: number, width: number, height: number): Uint8Array {
  const mask = new Uint8Array(siteGrid.width * siteGrid.height)
  for (let r = row; r < row + height; r++) {
    mask.fill(1, r * siteGrid.width + col, r * siteGrid.width + col + width)
  }
  return mask
}

/** One frame of a made-up site. */
export interface MadeFrame {
  /** YYYY-MM-DD. */
  day: string
  /** Masks by object id. */
  masks: Record<number, Uint8Array>
  /** Hidden pixels; none by default. */
  cloud?: Uint8Array
}

/** A site folder in a temporary directory, tracked as given. Remove it with `dispose`. */
export async function makeTrackedSite(
  frames: readonly MadeFrame[],
): Promise<{ folder: SiteFolder; dir: string; dispose: () => Promise<void> }> {
  const parent = await mkdtemp(join(tmpdir(), 'scarline-site-'))
  const dir = join(parent, 'site')
  const [minX, minY, maxX, maxY] = gridBounds(siteGrid)
  const { inverse } = projectionOf(siteGrid.epsg)
  const corners: [number, number][] = [
    [minX, minY],
    [maxX, minY],
    [maxX, maxY],
    [minX, maxY],
    [minX, minY],
  ]
  const folder = await createSiteFolder(dir, {
    formatVersion: 1,
    name: 'made up',
    aoi: { type: 'Polygon', coordinates: [corners.map((corner) => inverse(corner))] },
    from: frames[0]?.day ?? '2017-01-01',
    to: frames.at(-1)?.day ?? '2017-12-31',
    grid: siteGrid,
    source: { kind: 'import' },
    settings: DEFAULT_SETTINGS,
    createdAt: '2025-01-01T00:00:00Z',
  })
  const made: Frame[] = []
  const tracked: TrackedFrame[] = []
  for (const [index, { day, masks, cloud }] of frames.entries()) {
    const stem = `${String(index).padStart(4, '0')}_${day}`
    const sceneId = `S2A_${day.replaceAll('-', '')}`
    const validity = new Uint8Array(siteGrid.width * siteGrid.height).fill(VALIDITY.clear)
    for (let i = 0; i < validity.length; i++) if (cloud?.[i]) validity[i] = VALIDITY.cloud
    const files = {
      picture: `frames/${stem}.png`,
      ndvi: `ndvi/${stem}.tif`,
      validity: `validity/${stem}.tif`,
      trueColour: null,
      falseColour: null,
    }
    await folder.files.write(files.validity, await encodeCog({ grid: siteGrid, data: validity }))
    made.push({
      index,
      capturedAt: `${day}T04:12:00Z`,
      sceneId,
      threshold: { value: 0.2, method: 'otsu', seasonalRaise: 0 },
      validFraction: 1,
      flags: [],
      files,
      inputHash: 'i',
    })
    for (const [id, data] of Object.entries(masks)) {
      const name = `masks/${id === '1' ? '' : `object-${id}/`}${stem}.tif`
      await folder.files.write(name, await encodeCog({ grid: siteGrid, data }))
      tracked.push({
        sceneId,
        objectId: Number(id),
        mask: name,
        probability: null,
        areaM2: 4 * data.reduce((sum, value) => sum + value, 0),
        segmenter: 'ndvi',
        modelHash: 'test',
        confidence: { score: 0.9, parts: {} },
        locked: false,
        promptHash: index === 0 ? 'p' : null,
        frameHash: 'f',
        flags: [],
      })
    }
  }
  await folder.writeFrames({
    formatVersion: 1,
    grid: siteGrid,
    histogram: { start: -1, binWidth: 0.1, counts: [] },
    siteThreshold: { value: 0.2, method: 'otsu', note: 'made up' },
    frames: made,
    video: null,
  })
  await folder.writeTrack({ formatVersion: 1, frames: tracked, run: null, changes: [] })
  return {
    folder,
    dir,
    dispose: async () => {
      await folder.close()
      await rm(parent, { recursive: true, force: true })
    },
  }
}

/** Runs a stage to its end and gives its events and its summary. */
export async function drain<E extends { type: string }, S>(
  run: AsyncGenerator<E, S, void>,
): Promise<{ events: E[]; summary: S }> {
  const events: E[] = []
  for (;;) {
    const next = await run.next()
    if (next.done) return { events, summary: next.value }
    events.push(next.value)
  }
}
