import type { BandName, BandScaling } from '../model/scene.ts'
import type { Grid } from '../model/grid.ts'
import type { ArchiveItem } from '../stac/item.ts'
import type { OffsetMetadata } from '../stac/offset.ts'

/** A file below one of the paths that the user named. */
export interface LocalFile {
  /** Absolute path. */
  path: string
  sizeBytes: number
  /** Milliseconds since 1970. */
  modifiedMs: number
  /** The user named this very file, not a folder above it. */
  named: boolean
}

/** Bands that carry light or NDVI; classification is planned apart. */
export type LightBand = Exclude<BandName, 'scl'>

/** Where one band's numbers lie. */
export interface BandFile {
  path: string
  /** Zero-based sample within the file. */
  bandIndex: number
}

/** How a product's per-pixel classes become Sentinel-2 SCL codes. */
export type ClassificationFiles =
  /** Already SCL codes. */
  | { kind: 'scl'; file: BandFile }
  /** Zero is clear, everything else (but nodata) is hidden. */
  | { kind: 'hidden-mask'; file: BandFile }
  /** MAJA bit masks; all but `cloud` may be missing. */
  | { kind: 'maja'; masks: Partial<Record<MajaMask, BandFile>> }

export type MajaMask = 'cloud' | 'edge' | 'saturation' | 'geophysical'

export type ProductKind = 'maja' | 'safe' | 'stac' | 'bands' | 'ndvi'

/** When something was captured, and how sure the time of day is. */
export interface CaptureTime {
  /** UTC ISO 8601; noon where only the day is known. */
  capturedAt: string
  /** Whether the time of day is known. */
  precision: 'second' | 'day'
  /** Where it was found: `name` or the metadata key. */
  source: string
}

/** One product recognised by its files: what acquire calls an item. */
export interface LocalProduct {
  /** Unique in a plan; names the part's folder in the site. */
  itemId: string
  kind: ProductKind
  /** `S2A`, `S2B`, `LC08`…; `LOCAL` where the name does not say. */
  platform: string
  time: CaptureTime
  /** Same key: the same ground at the same time, processed more than once. Null: no such notion. */
  twinKey: string | null
  /** Compared number by number: the highest of twins is kept. */
  version: readonly number[]
  processingBaseline: string | null
  sunElevationDeg: number | null
  bands: Partial<Record<LightBand, BandFile>>
  classification: ClassificationFiles | null
  /** How numbers become reflectance or NDVI. */
  scaling: BandScaling
  /**
   * What is known of the offset of Sentinel-2's baseline 04.00. Null: it is known, and in `scaling`.
   * Else pixels and these facts decide once all scenes are read (stac/offset.ts).
   */
  offsetFacts: Omit<OffsetMetadata, 'platform' | 'capturedAt'> | null
  /** A grid that stands in where a file has no georeferencing of its own (STAC `proj:*`), by band. */
  statedGrids: Partial<Record<BandName, StatedGrid>>
  /** Facts for the record, by name. */
  evidence: Record<string, string | number | boolean | null>
  /** Said to the user once when the product is read. */
  remarks: string[]
  /** The item that a STAC product comes from. */
  stac?: ArchiveItem
}

/** Georeferencing from metadata: its extent is right even where the pixels were thinned out. */
export type StatedGrid = Grid

/** A file or product that will not be read, and why. */
export interface SkippedFile {
  path: string
  /** One line: what was got, what was expected, what to do. */
  reason: string
  /** `ignored`: nothing is missing without it. `refused`: the user may have wanted it. */
  severity: 'ignored' | 'refused'
}

/** What an import would read, as plain data. */
export interface ImportPlan {
  /** In time order. */
  products: LocalProduct[]
  /** Item ids that a newer processing of the same capture replaces, by the id that was kept. */
  superseded: Record<string, string[]>
  skipped: SkippedFile[]
}

/** Files sorted by what they belong to. */
export interface SortedFiles {
  /** Products recognised by names and documents alone. */
  products: LocalProduct[]
  /** Rasters that must be looked into. */
  plainPaths: string[]
  skipped: SkippedFile[]
}
