import { gridBounds } from '../geo/affine.ts'
import { projectionOf, transformBounds } from '../geo/projection.ts'
import type { Grid } from '../model/grid.ts'
import type { LocalProduct, ProductKind, SkippedFile } from './product.ts'

/** A product and where it lies. */
export interface PlacedProduct {
  product: LocalProduct
  /** Of its red (or NDVI) band, whole. */
  grid: Grid
}

/** Products of one platform and solar day: what becomes one scene. */
export interface PlannedScene {
  /** `S2A_20180717`, with a time of day where one day has several captures of the same ground. */
  id: string
  platform: string
  capturedAt: string
  placed: PlacedProduct[]
  /** Item ids left out for a better one of the same capture. */
  superseded: string[]
}

/** Share of the smaller product that must be covered for two to be the same ground. */
const SAME_GROUND = 0.9
const ONE_PASS_MS = 3_600_000

/** Which kind is preferred where one capture was imported in several forms. */
const PREFERENCE: readonly ProductKind[] = ['safe', 'stac', 'maja', 'bands', 'ndvi']

/**
 * Groups products into scenes by platform and solar day. Products of the same ground within an hour are
 * one capture in several forms: the best is kept. Hours apart they are scenes of their own.
 */
export function arrangeScenes(placed: readonly PlacedProduct[]): {
  scenes: PlannedScene[]
  skipped: SkippedFile[]
} {
  const skipped: SkippedFile[] = []
  const days = new Map<string, PlacedProduct[]>()
  for (const one of placed) {
    const id = `${one.product.platform}_${solarDay(one)}`
    days.set(id, [...(days.get(id) ?? []), one])
  }
  const scenes: PlannedScene[] = []
  for (const [id, members] of days) {
    const groups: PlacedProduct[][] = []
    const superseded: string[] = []
    const ordered = [...members].sort(byPreference)
    for (const one of ordered) {
      const rival = ordered.find(
        (other) =>
          groups.some((group) => group.includes(other)) &&
          sameGround(other.grid, one.grid) &&
          !isStripOf(other.product, one.product) &&
          isOnePass(other, one),
      )
      if (rival) {
        superseded.push(one.product.itemId)
        const day = one.product.time.capturedAt.slice(0, 10)
        const reason = `${one.product.itemId}: shows the same ground on ${day} as ${rival.product.itemId}, which is kept`
        skipped.push({ path: mainPath(one.product), reason, severity: 'refused' })
        continue
      }
      const group = groups.find((group) => group.every((other) => isOnePass(other, one)))
      if (group) group.push(one)
      else groups.push([one])
    }
    for (const group of groups) {
      const inOrder = [...group].sort((a, b) => (a.product.itemId < b.product.itemId ? -1 : 1))
      const times = inOrder.map(({ product }) => product.time.capturedAt).sort()
      const capturedAt = times[0] as string
      const clock = capturedAt.slice(11, 19).replaceAll(':', '')
      scenes.push({
        id: groups.length > 1 ? `${id}T${clock}` : id,
        platform: (inOrder[0] as PlacedProduct).product.platform,
        capturedAt,
        placed: inOrder,
        superseded: groups.length > 1 ? [] : superseded,
      })
    }
  }
  return { scenes: scenes.sort((a, b) => (a.capturedAt < b.capturedAt ? -1 : 1)), skipped }
}

/** The file that stands for a product in messages. */
export function mainPath(product: LocalProduct): string {
  return (product.bands.red ?? product.bands.ndvi)?.path ?? product.itemId
}

/** YYYYMMDD in mean solar time; where only a day is known, that day. */
function solarDay({ product, grid }: PlacedProduct): string {
  const { capturedAt, precision } = product.time
  let day = capturedAt.slice(0, 10)
  if (precision === 'second') {
    const [minX, minY, maxX, maxY] = gridBounds(grid)
    const [lng] = projectionOf(grid.epsg).inverse([(minX + maxX) / 2, (minY + maxY) / 2])
    day = new Date(Date.parse(capturedAt) + lng * 240_000).toISOString().slice(0, 10)
  }
  return day.replaceAll('-', '')
}

function byPreference(a: PlacedProduct, b: PlacedProduct): number {
  const difference = PREFERENCE.indexOf(a.product.kind) - PREFERENCE.indexOf(b.product.kind)
  if (difference !== 0) return difference
  return a.product.itemId < b.product.itemId ? -1 : 1
}

function isOnePass(a: PlacedProduct, b: PlacedProduct): boolean {
  if (a.product.time.precision === 'day' || b.product.time.precision === 'day') return true
  const apartMs = Date.parse(a.product.time.capturedAt) - Date.parse(b.product.time.capturedAt)
  return Math.abs(apartMs) < ONE_PASS_MS
}

/** Strips of one pass share a tile: equal twin keys that survived the choice of the newest. */
function isStripOf(a: LocalProduct, b: LocalProduct): boolean {
  return a.twinKey !== null && a.twinKey === b.twinKey
}

function sameGround(a: Grid, b: Grid): boolean {
  const [aMinX, aMinY, aMaxX, aMaxY] = gridBounds(a)
  const [bMinX, bMinY, bMaxX, bMaxY] = transformBounds(gridBounds(b), b.epsg, a.epsg)
  const across = Math.min(aMaxX, bMaxX) - Math.max(aMinX, bMinX)
  const down = Math.min(aMaxY, bMaxY) - Math.max(aMinY, bMinY)
  if (across <= 0 || down <= 0) return false
  const smaller = Math.min((aMaxX - aMinX) * (aMaxY - aMinY), (bMaxX - bMinX) * (bMaxY - bMinY))
  return (across * down) / smaller > SAME_GROUND
}
