import {
  type GeoPackageWriter,
  finishGeoPackage,
  geoPackageWriter,
} from '../gdal/write-geopackage.ts'
import type { AnalysisSummary } from '../model/analysis-areas.ts'
import type { Evolution } from '../model/analysis-evolution.ts'
import type { FileStore } from '../model/file-store.ts'
import {
  AREA_COLUMNS,
  COMPONENT_COLUMNS,
  DEPOSIT_COLUMNS,
  SEASON_COLUMNS,
  areaCells,
  seasonCells,
} from './analysis-tables.ts'
import { type CsvValue, round, toCsv } from './csv.ts'
import { DIRECTION_COLUMNS, LINEAGE_COLUMNS } from './evolution-tables.ts'
import type { SourceDeposit } from './series-deposits.ts'

/** What an analysis writes. */
export const ANALYSIS_FILES = {
  area: 'analysis/area.csv',
  seasons: 'analysis/seasons.csv',
  components: 'analysis/components.csv',
  lineage: 'analysis/lineage.csv',
  directions: 'analysis/directions.csv',
  boundaries: 'analysis/boundaries.gpkg',
  events: 'analysis/events.json',
  summary: 'analysis/summary.json',
} as const

/** The layers of boundaries.gpkg. */
export interface BoundaryLayers {
  boundaries: GeoPackageWriter
  seasons: GeoPackageWriter
  newZones: GeoPackageWriter
  /** Debris across the river. */
  deposits: GeoPackageWriter
}

/** Begins the layers of boundaries.gpkg. */
export function boundaryLayers(epsg: number, changedAt: string): BoundaryLayers {
  const layer = { epsg, geometry: 'MULTIPOLYGON', changedAt } as const
  return {
    boundaries: geoPackageWriter({
      ...layer,
      name: 'boundaries',
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
    }),
    seasons: geoPackageWriter({
      ...layer,
      name: 'seasons',
      columns: {
        object: 'integer',
        season: 'text',
        year: 'integer',
        label: 'text',
        at: 'datetime',
        frames: 'integer',
        area_m2: 'real',
      },
    }),
    newZones: geoPackageWriter({
      ...layer,
      name: 'new_zones',
      columns: {
        zone: 'integer',
        object: 'integer',
        valid_from: 'datetime',
        valid_to: 'datetime',
        opened_after: 'datetime',
        confirmed_at: 'datetime',
        area_m2: 'real',
        area_low_m2: 'real',
        area_high_m2: 'real',
        sector: 'text',
        relation: 'text',
        of_event: 'boolean',
        character: 'text',
        distinct_m2: 'real',
        words: 'text',
      },
    }),
    deposits: geoPackageWriter({
      ...layer,
      name: 'deposits',
      columns: {
        object: 'integer',
        dam: 'integer',
        valid_from: 'datetime',
        valid_to: 'datetime',
        area_m2: 'real',
        area_low_m2: 'real',
        area_high_m2: 'real',
      },
    }),
  }
}

/** All results of an analysis, ready to be written. */
export interface AnalysisResults {
  summary: AnalysisSummary
  evolution: Evolution
  layers: BoundaryLayers
  componentRows: readonly CsvValue[][]
  lineageRows: readonly CsvValue[][]
  directionRows: readonly CsvValue[][]
  /** By object and frame; null where neither a valley floor nor water is known. */
  deposits: ReadonlyMap<number, readonly SourceDeposit[]> | null
}

/** Writes the files of {@link ANALYSIS_FILES}; a GeoPackage has only the layers that hold something. */
export async function writeAnalysis(
  files: Pick<FileStore, 'write'>,
  results: AnalysisResults,
): Promise<void> {
  const { summary, evolution, layers, deposits } = results
  const areas = summary.objects.flatMap(({ objectId, areas: rows }, at) => {
    const deseasoned = evolution.objects[at]?.deseasoned.frames
    return rows.map((row, i) => [
      ...areaCells(
        row,
        deseasoned?.find(({ capturedAt }) => capturedAt === row.capturedAt) ?? null,
      ),
      ...(deposits === null ? [] : depositCells(deposits.get(objectId)?.[i])),
    ])
  })
  const areaColumns = [...AREA_COLUMNS, ...(deposits === null ? [] : DEPOSIT_COLUMNS)]
  const seasons = summary.objects.flatMap(seasonCells)
  const { area, components, lineage, directions, boundaries, events } = ANALYSIS_FILES
  await files.write(area, toCsv(areaColumns, areas))
  await files.write(ANALYSIS_FILES.seasons, toCsv(SEASON_COLUMNS, seasons))
  await files.write(components, toCsv(COMPONENT_COLUMNS, results.componentRows))
  await files.write(lineage, toCsv(LINEAGE_COLUMNS, results.lineageRows))
  await files.write(directions, toCsv(DIRECTION_COLUMNS, results.directionRows))
  await files.write(
    boundaries,
    await finishGeoPackage([layers.boundaries, layers.newZones, layers.seasons, layers.deposits]),
  )
  await files.write(events, `${JSON.stringify(evolution, null, 1)}\n`)
  await files.write(ANALYSIS_FILES.summary, `${JSON.stringify(summary, null, 1)}\n`)
}

function depositCells(split: SourceDeposit | undefined): CsvValue[] {
  return split === undefined ? [null, null] : [round(split.sourceM2, 1), round(split.depositM2, 1)]
}
