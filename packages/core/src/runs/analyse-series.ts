import { type AnalysisSummary, type ObjectSummary } from '../analysis/summary.ts'
import type { Evolution, ObjectEvolution } from '../analysis/evolution.ts'
import type { AreaRow } from '../analysis/summary.ts'
import { gridAreaScale } from '../analysis/geodesic-area.ts'
import type { RegistrationSpread } from '../analysis/registration.ts'
import { sameSeasonPairs, seasonalAreas } from '../analysis/seasons.ts'
import type { Grid } from '../model/grid.ts'
import { type AnalysisResults, type BoundaryLayers, boundaryLayers } from './analysis-files.ts'
import { METHOD_NOTES, objectSummary } from './analysis-tables.ts'
import type { CsvValue } from './csv.ts'
import { EVOLUTION_NOTES, directionCells, lineageCells } from './evolution-tables.ts'
import { type SeriesEvolution, evolveSeries } from './evolve-series.ts'
import { measureSeries } from './measure-series.ts'
import type { SeriesSource } from './series-source.ts'
import type { TerrainSearch } from './site-terrain.ts'

/** What a set of series is analysed with. */
export interface SeriesInputs {
  grid: Grid
  sensorPixelM: number
  registration: RegistrationSpread
  search: TerrainSearch
  sources: readonly SeriesSource[]
  /** Sentences on the uncertainty that stand before those of the method. */
  notes?: readonly string[]
  signal: AbortSignal | undefined
}

/** Goes over each series once, and again over the frames that events and zones ask for. */
export async function* analyseSeries(
  inputs: SeriesInputs,
): AsyncGenerator<AreaRow, AnalysisResults> {
  const { grid, sensorPixelM, search, sources, signal } = inputs
  const dates = sources.flatMap(({ frames }) => frames.map(({ capturedAt }) => capturedAt))
  const layers = boundaryLayers(grid.epsg, dates.sort().at(-1) ?? '')
  const context = {
    grid,
    sensorPixelM,
    terrain: search.terrain,
    boundaries: layers.boundaries,
    seasonBoundaries: layers.seasons,
    signal,
  }
  const objects: ObjectSummary[] = []
  const evolutions: ObjectEvolution[] = []
  const componentRows: CsvValue[][] = []
  const lineageRows: CsvValue[][] = []
  const directionRows: CsvValue[][] = []
  const depositM2 = search.terrain?.floor ? new Map<number, readonly number[]>() : null
  for (const source of sources) {
    const measured = yield* measureSeries(context, source)
    const { rows } = measured
    const seasons = seasonalAreas(rows)
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
    if (measured.depositM2 !== null) depositM2?.set(source.objectId, measured.depositM2)
    addZones(layers, source.objectId, zones)
  }
  signal?.throwIfAborted()
  const summary: AnalysisSummary = {
    formatVersion: 1,
    epsg: grid.epsg,
    gridAreaScale: gridAreaScale(grid),
    sensorPixelM,
    registration: inputs.registration,
    method: [...(inputs.notes ?? []), ...METHOD_NOTES],
    objects,
  }
  const evolution: Evolution = {
    formatVersion: 1,
    sensorPixelM,
    elevation: { known: search.terrain !== null, words: search.words },
    method: EVOLUTION_NOTES,
    objects: evolutions,
  }
  return { summary, evolution, layers, componentRows, lineageRows, directionRows, depositM2 }
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
        words: zone.words,
      },
    })
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
  /** Outside of abrupt gains. */
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
            newZones: newZones.filter(({ event }) => event === null).length,
            words: evolution.objects[i]?.words ?? [],
          },
        ],
  )
}
