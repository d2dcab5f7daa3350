import type { FeatureCollection, MultiPolygon } from 'geojson'

/** What can be shown of a frame. */
export const FRAME_LAYERS = [
  'ndvi',
  'truecolour',
  'falsecolour',
  'probability',
  'validity',
  'hillshade',
] as const
export type FrameLayer = (typeof FRAME_LAYERS)[number]

/** `GET /api/sites/:id/filmstrip.json`: how the frames lie in a filmstrip, row by row, in time order. */
export interface FilmstripPlan {
  /** Of one frame, pixels. */
  widthPx: number
  heightPx: number
  count: number
  columns: number
}

/** What an outline says of its mask. */
export interface BoundaryProperties {
  sceneId: string
  /** UTC ISO 8601. */
  capturedAt: string
  objectId: number
}

/** `GET /api/sites/:id/boundaries`, in the site's coordinate system, frames in time order. */
export type MaskBoundaries = FeatureCollection<MultiPolygon, BoundaryProperties>

/** What sort of file an export is; `qgis`, `stac` and `cog` are folders. */
export type ExportKind =
  | 'csv'
  | 'json'
  | 'gpkg'
  | 'geojson'
  | 'fgb'
  | 'mp4'
  | 'report'
  | 'stac'
  | 'qgis'
  | 'cog'

/** One line of `GET /api/sites/:id/exports`. */
export interface ExportFile {
  name: string
  kind: ExportKind
  /** Null where it has to be made first. */
  bytes: number | null
  /** One line, for names that the page does not know. */
  words: string
  /** Where a folder lies on the studio's machine, absolute; null for files, which are fetched. */
  path: string | null
}
