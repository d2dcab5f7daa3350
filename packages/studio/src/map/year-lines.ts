import type { Frame, MaskBoundaries, SiteDetail, TrackedFrame } from '@scarline/core/model'
import { isAbort } from '../api/api-error.ts'
import { getBoundaries } from '../api/client.ts'
import { yearColour } from '../charts/colours.ts'
import { nearestInTime } from '../state/actions-track.ts'
import { maskVersion, trackedOf } from '../state/held-masks.ts'
import type { YearLine } from './year-layer.ts'

/** The frame that stands for another year. */
export interface YearFrame {
  year: number
  frame: Frame
  mask: TrackedFrame
  colour: string
}

/** Farther from the same day of the year than this, a frame shows another season. */
const SAME_SEASON_MS = 100 * 86_400_000

/** For every other year the frame of the same season with a mask, early to late in the ramp's colours. */
export function planYears(detail: SiteDetail, objectId: number, current: Frame): YearFrame[] {
  const list = detail.frames?.frames ?? []
  const yearOf = ({ capturedAt }: Frame): number => new Date(capturedAt).getUTCFullYear()
  const years = [...new Set(list.map(yearOf))].sort((a, b) => a - b)
  const [first = 0] = years
  const span = Math.max(1, (years.at(-1) ?? first) - first)
  return years.flatMap((year): YearFrame[] => {
    if (year === yearOf(current)) return []
    const day = new Date(current.capturedAt)
    day.setUTCFullYear(year)
    const tracked = list.filter(
      ({ sceneId }) =>
        trackedOf(detail, { sceneId, objectId }) !== null && sceneId !== current.sceneId,
    )
    const frame = nearestInTime(
      tracked.filter((one) => yearOf(one) === year),
      day.getTime(),
    )
    if (!frame || Math.abs(Date.parse(frame.capturedAt) - day.getTime()) > SAME_SEASON_MS) return []
    const mask = trackedOf(detail, { sceneId: frame.sceneId, objectId })
    return mask ? [{ year, frame, mask, colour: yearColour((year - first) / span) }] : []
  })
}

/** Reads boundaries and keeps them. */
export interface YearLines {
  /** Those that are there; the others are fetched and told by `onLines`. */
  want(siteId: string, years: readonly YearFrame[]): void
  close(): void
}

export function createYearLines(on: {
  lines(lines: readonly YearLine[]): void
  fault(error: unknown): void
}): YearLines {
  const known = new Map<string, MaskBoundaries>()
  const loading = new Set<string>()
  const end = new AbortController()
  let wanted: { siteId: string; years: readonly YearFrame[] } = { siteId: '', years: [] }

  const keyOf = ({ mask }: YearFrame): string =>
    `${mask.sceneId} ${mask.objectId} ${maskVersion(mask)}`
  const tell = (): void => {
    on.lines(
      wanted.years.flatMap((year) => {
        const boundaries = known.get(keyOf(year))
        return boundaries ? [{ key: keyOf(year), colour: year.colour, boundaries }] : []
      }),
    )
  }
  const load = async (siteId: string, year: YearFrame): Promise<void> => {
    const key = keyOf(year)
    if (known.has(key) || loading.has(key)) return
    loading.add(key)
    try {
      const all = await getBoundaries(siteId, year.frame.sceneId, end.signal)
      const { objectId } = year.mask
      known.set(key, {
        ...all,
        features: all.features.filter(({ properties }) => properties.objectId === objectId),
      })
      tell()
    } catch (error) {
      if (!isAbort(error)) on.fault(error)
    } finally {
      loading.delete(key)
    }
  }
  return {
    want(siteId, years) {
      wanted = { siteId, years }
      tell()
      for (const year of years) void load(siteId, year)
    },
    close: () => end.abort(),
  }
}
