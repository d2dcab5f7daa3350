import type { LngLat } from './grid.ts'

/**
 * `unlikely`: what is known of the ground speaks against a landslide there; `check`: a person should
 * look; `note`: worth knowing, for or against.
 */
export type PlausibilityLevel = 'unlikely' | 'check' | 'note'

/** What a report tells of analysis/plausibility.json. */
export interface ReportPlausibility {
  /** Null where there was no DEM. */
  dem: { words: string } | null
  river: { source: 'given' | 'drainage'; name: string | null } | null
  insar: { name: string } | null
  /** Least slope that landslides need, degrees. */
  leastSlopeDeg: number
  /** How it is judged, one sentence each. */
  method: string[]
  objects: {
    objectId: number
    units: { id: string; kind: 'object' | 'fragment' | 'gained'; areaM2: number }[]
    flags: { level: PlausibilityLevel; unit: string; lngLat: LngLat; words: string }[]
    /** The frame whose mask was judged, UTC ISO 8601. */
    frame: { capturedAt: string }
  }[]
}
