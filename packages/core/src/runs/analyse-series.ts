import { comparedAreas } from '../analysis/area.ts'
import type { LineNoise } from '../analysis/digitising-noise.ts'
import { gridAreaScale } from '../analysis/geodesic-area.ts'
import type { RegistrationSpread } from '../analysis/registration.ts'
import { sightsOf } from '../analysis/river-dams.ts'
import { sameSeasonPairs, seasonalAreas } from '../analysis/seasons.ts'
import type { AnalysisSummary, AreaRow, ObjectSummary } from '../model/analysis-areas.ts'
import type { Dam, Evolution, ObjectEvolution } from '../model/analysis-evolution.ts'
import { isDistinct } from '../model/analysis-zones.ts'
import type { Grid } from '../model/grid.ts'
import { type AnalysisResults, type BoundaryLayers, boundaryLayers } from './analysis-files.ts'
import { METHOD_NOTES, objectSummary } from './analysis-tables.ts'
import type { CsvValue } from './csv.ts'
import { EVOLUTION_NOTES, directionCells, lineageCells } from './evolution-tables.ts'
import { type SeriesEvolution, evolveSeries } from './evolve-series.ts'
import { measureSeries } from './measure-series.ts'
import { type SeriesDeposits, type SourceDeposit, sourcesAndDeposits } from './series-deposits.ts'
import type { SeriesSource } from './series-source.ts'
import type { SiteRiver } from './site-river.ts'
import type { SiteTerrain, TerrainSearch } from './site-terrain.ts'

/** What a set of series is analysed with. */
export interface SeriesInputs {
  grid: Grid
  sensorPixelM: number
  /** How outlines drawn by hand err; left out for masks of a sensor. */
  lineNoise?: LineNoise
  registration: RegistrationSpread
  search: TerrainSearch
  /** What the frames show of a river; left out where there are no frames. */
  river?: SiteRiver | null
  sources: readonly SeriesSource[]
  /** How areas and their intervals are made, one sentence each; {@link METHOD_NOTES} by default. */
  method?: readonly string[]
  /** Layers that outlines go into; by default new ones. */
  layers?: BoundaryLayers
  signal: AbortSignal | undefined
}

/** Goes over each series once, and again over the frames that events and zones ask for. */
export async function* analyseSeries(
  inputs: SeriesInputs,
): AsyncGenerator<AreaRow, AnalysisResults> {
  const { grid, sensorPixelM, search, sources, signal } = inputs
  const dates = sources.flatMap(({ frames }) => frames.map(({ capturedAt }) => capturedAt))
  const layers = inputs.layers ?? boundaryLayers(grid.epsg, dates.sort().at(-1) ?? '')
  const context = {
    grid,
    sensorPixelM,
    lineNoise: inputs.lineNoise,
    terrain: search.terrain,
    river: inputs.river ?? null,
    boundaries: layers.boundaries,
    seasonBoundaries: layers.seasons,
    signal,
  }
  const objects: ObjectSummary[] = []
  const evolutions: ObjectEvolution[] = []
  const componentRows: CsvValue[][] = []
  const lineageRows: CsvValue[][] = []
  const directionRows: CsvValue[][] = []
  const deposits = new Map<number, readonly SourceDeposit[]>()
  for (const source of sources) {
    const measured = yield* measureSeries(context, source)
    const { rows } = measured
    const seasons = seasonalAreas(comparedAreas(rows))
    const summary = objectSummary(source.objectId, rows, seasons, sameSeasonPairs(seasons))
    const { evolution, zones, growth } = await evolveSeries(
      context,
      source,
      measured,
      summary.change,
    )
    const { events, newZones, onsets } = evolution
    objects.push({ ...summary, events, newZones, onsets })
    evolutions.push(evolution)
    componentRows.push(...measured.componentRows)
    lineageRows.push(...lineageCells(source.objectId, measured.lineage))
    for (const one of growth) directionRows.push(...directionCells(source.objectId, one))
    const dams = evolution.dams?.intervals ?? []
    const split = sourcesAndDeposits(rows, measured.deposits, dams)
    if (split !== null) deposits.set(source.objectId, split)
    addZones(layers, source.objectId, zones)
    addDeposits(layers, source, measured.deposits, dams)
  }
  signal?.throwIfAborted()
  const summary: AnalysisSummary = {
    formatVersion: 1,
    epsg: grid.epsg,
    gridAreaScale: gridAreaScale(grid),
    sensorPixelM,
    registration: inputs.registration,
    method: [...(inputs.method ?? METHOD_NOTES)],
    objects,
  }
  const evolution: Evolution = {
    formatVersion: 1,
    sensorPixelM,
    elevation: {
      known: search.terrain !== null,
      words: `${search.words} ${riverWords(search.terrain, inputs.river ?? null)}`,
    },
    method: EVOLUTION_NOTES,
    objects: evolutions,
  }
  return {
    summary,
    evolution,
    layers,
    componentRows,
    lineageRows,
    directionRows,
    deposits: deposits.size > 0 ? deposits : null,
  }
}

function addZones(
  { newZones }: BoundaryLayers,
  objectId: number,
  zones: SeriesEvolution['zones'],
): void {
  for (const { zone, outline } of zones) {
    newZones.add({
      geometry: outline,
      properties: {
        zone: zone.id,
        object: objectId,
        valid_from: zone.sinceByAt,
        valid_to: zone.closedAt,
        opened_after: zone.sinceAfterAt,
        confirmed_at: zone.confirmedAt,
        area_m2: zone.areaM2,
        area_low_m2: zone.lowM2,
        area_high_m2: zone.highM2,
        sector: zone.place.sector,
        relation: zone.place.relation,
        of_event: zone.event !== null,
        character: zone.character,
        distinct_m2: zone.distinctM2,
        words: zone.words,
      },
    })
  }
}

/** Where debris on the valley floor is looked for. */
function riverWords(terrain: SiteTerrain | null, river: SiteRiver | null): string {
  if (river !== null) return river.words
  if (terrain?.course) return 'Dams are told from the masks on the valley floor of the DEM.'
  const known = terrain?.floor ? 'Dams' : 'Source and deposit, and dams,'
  return `${known} are not told: no river is known to run through the site.`
}

/** Debris of dams, frame by frame. */
function addDeposits(
  { deposits }: BoundaryLayers,
  { objectId, frames }: SeriesSource,
  { river }: SeriesDeposits,
  dams: readonly Dam[],
): void {
  for (const [at, dam] of dams.entries()) {
    for (const { capturedAt, debris } of sightsOf(dam, river?.sights ?? [])) {
      if (debris === null) continue
      const next = frames.find((frame) => frame.capturedAt > capturedAt)
      deposits.add({
        geometry: debris.outline,
        properties: {
          object: objectId,
          dam: at + 1,
          valid_from: capturedAt,
          valid_to: next?.capturedAt ?? null,
          area_m2: debris.areaM2,
          area_low_m2: debris.lowM2,
          area_high_m2: debris.highM2,
        },
      })
    }
  }
}

/** What became of one object, in short. */
export interface ObjectInShort {
  objectId: number
  firstM2: number
  lastM2: number
  changeM2: number
  changeFraction: number | null
  largestM2: number
  /** UTC ISO 8601. */
  largestAt: string
  events: number
  /** Outside of abrupt gains; without growth along the edge. */
  newZones: number
  /** The series in a few sentences. */
  words: string[]
}

/** Each object's change, with the sentences on its evolution. */
export function shortObjects({ summary, evolution }: AnalysisResults): ObjectInShort[] {
  return summary.objects.flatMap(({ objectId, change, events, newZones }, i) =>
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
            events: events.length,
            newZones: newZones.filter((zone) => zone.event === null && isDistinct(zone)).length,
            words: evolution.objects[i]?.words ?? [],
          },
        ],
  )
}
