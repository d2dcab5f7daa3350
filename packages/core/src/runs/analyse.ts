import { type AreaRow, type AnalysisSummary, type ObjectSummary } from '../analysis/summary.ts'
import { measureArea } from '../analysis/area.ts'
import { traceBoundaries } from '../analysis/boundaries.ts'
import { NEVER_SEEN, changeSinceLastSeen, nothingSeen } from '../analysis/change.ts'
import { type Fragmentation, findFragments, linkFragments } from '../analysis/components.ts'
import { gridAreaScale } from '../analysis/geodesic-area.ts'
import {
  type RegistrationSpread,
  registrationResidualM,
  registrationSpread,
} from '../analysis/registration.ts'
import { sameSeasonPairs, seasonalAreas } from '../analysis/seasons.ts'
import { type GeoPackageWriter, geoPackageWriter } from '../gdal/write-geopackage.ts'
import { projectionOf } from '../geo/projection.ts'
import type { Grid } from '../model/grid.ts'
import type { Run } from '../model/run-event.ts'
import type { Scene } from '../model/scene.ts'
import { isObserved } from '../model/validity.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import {
  AREA_COLUMNS,
  COMPONENT_COLUMNS,
  METHOD_NOTES,
  SEASON_COLUMNS,
  areaCells,
  componentCells,
  objectSummary,
  seasonCells,
} from './analysis-tables.ts'
import { type CsvValue, toCsv } from './csv.ts'
import { sensorPixelOf } from './sensor-pixel.ts'
import { type TrackedSeries, readByteRaster, requireTrack } from './tracked-series.ts'

/** Settings of {@link analyse}. */
export interface AnalyseOptions {
  signal?: AbortSignal
}

/** What an analysis found, in short. */
export interface AnalyseSummary {
  frames: number
  objects: {
    objectId: number
    firstM2: number
    lastM2: number
    changeM2: number
    changeFraction: number | null
    largestM2: number
    largestAt: string
  }[]
  files: string[]
}

/** How many frames ahead the next sight of hidden ground is looked for. */
const LOOK_AHEAD_FRAMES = 6

const FILES = {
  area: 'analysis/area.csv',
  seasons: 'analysis/seasons.csv',
  components: 'analysis/components.csv',
  boundaries: 'analysis/boundaries.gpkg',
  summary: 'analysis/summary.json',
}

interface SeriesFrame {
  mask: Uint8Array
  validity: Uint8Array
}

interface Context {
  folder: SiteFolder
  grid: Grid
  scenes: ReadonlyMap<string, Scene>
  sensorPixelM: number
  spread: RegistrationSpread
  areaScale: number
  signal: AbortSignal | undefined
}

/**
 * Turns masks into numbers: areas with 90 % intervals, seasonal series, fragments, dated boundaries.
 * Writes `analysis/area.csv`, `seasons.csv`, `components.csv`, `boundaries.gpkg`, `summary.json`.
 *
 * @throws ScarlineError `missing-step` before `track`
 */
export async function* analyse(
  folder: SiteFolder,
  options: AnalyseOptions = {},
): Run<AnalyseSummary> {
  const { list, track, series } = await requireTrack(folder)
  const { grid } = list
  const scenes = await folder.readScenes()
  const kept = scenes.filter((scene) => list.frames.some(({ sceneId }) => sceneId === scene.id))
  const context: Context = {
    folder,
    grid,
    scenes: new Map(scenes.map((scene) => [scene.id, scene])),
    sensorPixelM: sensorPixelOf(kept, grid),
    spread: registrationSpread(kept.map(({ shift }) => shift)),
    areaScale: gridAreaScale(grid),
    signal: options.signal,
  }
  const total = series.reduce((sum, { entries }) => sum + entries.length, 0)
  yield {
    type: 'started',
    stage: 'analyse',
    total,
    message: `measuring ${total} masks of ${series.length} object${series.length === 1 ? '' : 's'}`,
  }
  if (track.run !== null) {
    const left = track.run.pending.length
    const message = `the last propagation was cut off with ${left} masks to do; measuring what is there`
    yield { type: 'warning', stage: 'analyse', message, item: null }
  }
  const boundaries = boundaryWriter(grid, list.frames.at(-1)?.capturedAt ?? '')
  const componentRows: CsvValue[][] = []
  const objects: ObjectSummary[] = []
  let done = 0
  for (const one of series) {
    const rows: AreaRow[] = []
    for await (const row of measureSeries(context, one, boundaries, componentRows)) {
      rows.push(row)
      done += 1
      const item = row.capturedAt.slice(0, 10)
      yield { type: 'progress', stage: 'analyse', done, total, item }
    }
    const seasons = seasonalAreas(rows)
    objects.push(objectSummary(one.objectId, rows, seasons, sameSeasonPairs(seasons)))
  }
  options.signal?.throwIfAborted()
  await writeResults(context, objects, componentRows, boundaries)
  const summary: AnalyseSummary = {
    frames: list.frames.length,
    objects: objects.flatMap(({ objectId, change }) =>
      change === null
        ? []
        : [
            {
              objectId,
              firstM2: change.fromM2,
              lastM2: change.toM2,
              changeM2: change.changeM2,
              changeFraction: change.changeFraction,
              largestM2: change.largestM2,
              largestAt: change.largestAt,
            },
          ],
    ),
    files: Object.values(FILES),
  }
  yield { type: 'done', stage: 'analyse', message: `measured ${total} masks`, summary }
  return summary
}

async function* measureSeries(
  context: Context,
  { objectId, entries }: TrackedSeries,
  boundaries: GeoPackageWriter,
  componentRows: CsvValue[][],
): AsyncGenerator<AreaRow> {
  const { folder, grid, signal, sensorPixelM } = context
  const ahead: SeriesFrame[] = []
  let loaded = 0
  const fill = async (): Promise<void> => {
    while (loaded < entries.length && ahead.length <= LOOK_AHEAD_FRAMES) {
      signal?.throwIfAborted()
      const { frame, tracked } = entries[loaded] as (typeof entries)[number]
      ahead.push({
        mask: await readByteRaster(folder, tracked.mask, grid),
        validity: await readByteRaster(folder, frame.files.validity, grid),
      })
      loaded += 1
    }
  }
  const lastSeen = nothingSeen(grid)
  let before: Fragmentation | null = null
  for (const [i, { frame, tracked }] of entries.entries()) {
    await fill()
    const { mask, validity } = ahead.shift() as SeriesFrame
    const probability =
      tracked.probability === null ? null : await readByteRaster(folder, tracked.probability, grid)
    const residualM = registrationResidualM(
      context.scenes.get(frame.sceneId)?.shift ?? null,
      context.spread,
      sensorPixelM,
    )
    const area = measureArea({
      grid,
      mask,
      validity,
      probability,
      sensorPixelM,
      registrationResidualM: residualM,
      hidden: { before: lastSeen, after: nextSeen(validity, ahead) },
    })
    const fragments = findFragments(mask, grid, sensorPixelM ** 2)
    const row: AreaRow = {
      frameIndex: frame.index,
      sceneId: frame.sceneId,
      capturedAt: frame.capturedAt,
      objectId,
      ...area,
      ...changeSinceLastSeen(grid, mask, validity, lastSeen),
      ellipsoidAreaM2: area.areaM2 / context.areaScale,
      registrationResidualM: residualM,
      confidence: tracked.confidence.score,
      locked: tracked.locked,
      prompted: tracked.promptHash !== null,
      flags: [...new Set([...frame.flags, ...tracked.flags])],
      fragments: fragments.fragments.length,
    }
    const origins = before === null ? null : linkFragments(before, fragments)
    const { inverse } = projectionOf(grid.epsg)
    for (const fragment of fragments.fragments) {
      componentRows.push(
        componentCells(
          row,
          fragment,
          origins?.[fragment.rank - 1] ?? null,
          inverse(fragment.centroid),
        ),
      )
    }
    before = fragments
    if (area.areaM2 > 0) {
      const next = entries[i + 1]?.frame.capturedAt ?? null
      boundaries.add({
        geometry: traceBoundaries(mask, grid),
        properties: {
          frame: frame.index,
          object: objectId,
          scene: frame.sceneId,
          valid_from: frame.capturedAt,
          valid_to: next,
          area_m2: row.areaM2,
          area_low_m2: row.lowM2,
          area_high_m2: row.highM2,
          confidence: row.confidence,
          valid_inside: row.validInside,
          locked: row.locked,
        },
      })
    }
    yield row
  }
}

/** For each hidden pixel its state at the next sight within the frames ahead; 2 elsewhere. */
function nextSeen(validity: Uint8Array, ahead: readonly SeriesFrame[]): Uint8Array {
  const after = new Uint8Array(validity.length).fill(NEVER_SEEN)
  const open = new Uint8Array(validity.length)
  let left = 0
  for (let i = 0; i < validity.length; i++) {
    if (isObserved(validity[i] as number)) continue
    open[i] = 1
    left++
  }
  for (const frame of ahead) {
    if (left === 0) break
    for (let i = 0; i < open.length; i++) {
      if (!open[i] || !isObserved(frame.validity[i] as number)) continue
      after[i] = frame.mask[i] as number
      open[i] = 0
      left--
    }
  }
  return after
}

function boundaryWriter(grid: Grid, changedAt: string): GeoPackageWriter {
  return geoPackageWriter({
    name: 'boundaries',
    epsg: grid.epsg,
    geometry: 'MULTIPOLYGON',
    changedAt,
    columns: {
      frame: 'integer',
      object: 'integer',
      scene: 'text',
      valid_from: 'datetime',
      valid_to: 'datetime',
      area_m2: 'real',
      area_low_m2: 'real',
      area_high_m2: 'real',
      confidence: 'real',
      valid_inside: 'real',
      locked: 'boolean',
    },
  })
}

async function writeResults(
  { folder, grid, sensorPixelM, spread, areaScale }: Context,
  objects: ObjectSummary[],
  componentRows: readonly CsvValue[][],
  boundaries: GeoPackageWriter,
): Promise<void> {
  const summary: AnalysisSummary = {
    formatVersion: 1,
    epsg: grid.epsg,
    gridAreaScale: areaScale,
    sensorPixelM,
    registration: spread,
    method: METHOD_NOTES,
    objects,
  }
  const areas = objects.flatMap((object) => object.areas.map(areaCells))
  const seasons = objects.flatMap(seasonCells)
  await folder.files.write(FILES.area, toCsv(AREA_COLUMNS, areas))
  await folder.files.write(FILES.seasons, toCsv(SEASON_COLUMNS, seasons))
  await folder.files.write(FILES.components, toCsv(COMPONENT_COLUMNS, componentRows))
  await folder.files.write(FILES.boundaries, await boundaries.finish())
  await folder.files.write(FILES.summary, `${JSON.stringify(summary, null, 1)}\n`)
}
