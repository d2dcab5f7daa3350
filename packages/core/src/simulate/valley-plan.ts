import type { Affine, Grid } from '../model/grid.ts'
import type { SunPosition } from './sun.ts'

/** `baige`: a slope that fails twice and dams its river. `sela`: a creeping one with a flood at its toe. */
export type SimulatedScenario = 'baige' | 'sela'

export interface SimulateOptions {
  /** Default `baige`. */
  scenario?: SimulatedScenario
  /** Any integer; default 1. */
  seed?: number
  /** Edge of the square site, metres: a multiple of 20 from 600 to 6000; default 2400. */
  sizeM?: number
  /** First and last day, `YYYY-MM-DD`; default 2017-01-01 to 2025-06-15. */
  from?: string
  to?: string
  /** Acquisitions, without the twins; default 18 (baige) or 13 (sela) a year. */
  sceneCount?: number
  /** Which scenes have green and blue too; default `some` (about one in sixteen). */
  colour?: 'none' | 'some' | 'all'
}

/** A thing that happened to the slope. */
export interface ValleyEvent {
  date: string
  kind: 'failure' | 'flood'
}

/** Shape of the valley: axes of a frame whose `p` runs across to the river and `q` along it. */
export interface ValleyFrame {
  /** Direction of `p` (downslope towards the river), radians counter-clockwise from east. */
  angleRad: number
  /** Distance of the river's axis from the site's centre along `p`, metres. */
  riverOffsetM: number
  riverHalfWidthM: number
  meander: { amplitudeM: number; wavelengthM: number; phaseRad: number }
  /** Along-valley position of the scar's axis, metres from the site's centre. */
  scarAxisM: number
  /** From the river bank to the crown, metres. */
  scarLengthM: number
  scarHalfWidthM: number
  /** Side of the crown (along q) on which the late zone grows. */
  lateSide: 1 | -1
}

export interface CloudPlan {
  /** Share of the sky over the site, 0..1. */
  coverFraction: number
  /** Width of the clouds' thin rims, in units of the noise they are cut from. */
  softness: number
  heightM: number
  /** Opacity from which the classification sees a cloud, 0..1: what is thinner is missed. */
  detectionOpacity: number
}

/** One acquisition. */
export interface ScenePlan {
  id: string
  /** UTC ISO 8601. */
  capturedAt: string
  date: string
  day: number
  platform: 'sentinel-2a' | 'sentinel-2b'
  baseline: string
  /** Stored numbers carry +1000 (true from baseline 04.00 on unless the archive took it off). */
  offsetInPixels: boolean
  /** What the metadata say: `raster:bands.offset` and `earthsearch:boa_offset_applied`. */
  offsetInMetadata: 0 | -0.1
  offsetAppliedInMetadata: boolean
  /** Error of geolocation: the picture lies this far east and north of the truth, metres. */
  shiftM: { east: number; north: number }
  sun: SunPosition
  clouds: CloudPlan | null
  /** Path radiance in the red, reflectance. */
  haze: number
  /** Elevation above which there is snow, metres; null where there is none. */
  snowLineM: number | null
  /** Share of the site that the swath leaves out, 0..1, and from which side it does. */
  swath: { missingFraction: number; fromEast: boolean } | null
  /** The classification takes bright bare ground for cloud. */
  bareAsCloud: boolean
  hasColour: boolean
  /** Tile's cloud cover, percent. */
  cloudCoverPercent: number
  /** The same acquisition processed again: stored as an item of its own. */
  twin: {
    id: string
    capturedAt: string
    baseline: string
    offsetInPixels: boolean
    cloudCoverPercent: number
  } | null
}

/** All that will be simulated, before a pixel is computed. */
export interface ValleyPlan {
  name: string
  scenario: SimulatedScenario
  seed: number
  sizeM: number
  from: string
  to: string
  /** The Sentinel-2 tile that the site lies in. */
  tile: { mgrs: string; epsg: number; transform: Affine; sizePx: number }
  /** 10 m grid of the images. */
  imageGrid: Grid
  /** 2 m grid of the truth. */
  truthGrid: Grid
  frame: ValleyFrame
  events: ValleyEvent[]
  scenes: ScenePlan[]
}
