/** Frames a second, and days a second, at speed 1. */
const FRAMES_PER_SECOND = 4
const DAYS_PER_SECOND = 120
const DAY_MS = 86_400_000
/** How long the last frame stands, ms at speed 1. */
const LAST_MS = 1200

/** When each frame of a film begins, ms at speed 1; and when the film ends. */
export interface FilmPlan {
  startsMs: number[]
  endMs: number
}

/** A film of frames taken at `times` (ms, ascending). */
export function planFilm(times: readonly number[], pace: 'frames' | 'time'): FilmPlan {
  const startsMs: number[] = []
  let atMs = 0
  for (const [i, time] of times.entries()) {
    startsMs.push(atMs)
    const next = times[i + 1]
    if (next === undefined) break
    atMs +=
      pace === 'frames'
        ? 1000 / FRAMES_PER_SECOND
        : ((next - time) / DAY_MS / DAYS_PER_SECOND) * 1000
  }
  return { startsMs, endMs: times.length === 0 ? 0 : atMs + LAST_MS }
}

/** The frame that is on at a moment of the film; -1 for a film without frames. */
export function frameAtMs({ startsMs }: FilmPlan, filmMs: number): number {
  let low = 0
  let high = startsMs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((startsMs[middle] as number) <= filmMs) low = middle + 1
    else high = middle
  }
  return startsMs.length === 0 ? -1 : Math.max(0, low - 1)
}

/** The film's moment after some time has gone by; `ended` where it stops there. */
export function advanceFilm(
  plan: FilmPlan,
  filmMs: number,
  goneMs: number,
  { speed, loops }: { speed: number; loops: boolean },
): { filmMs: number; ended: boolean } {
  const next = filmMs + goneMs * speed
  if (next < plan.endMs || plan.endMs === 0) return { filmMs: next, ended: false }
  return loops ? { filmMs: next % plan.endMs, ended: false } : { filmMs: plan.endMs, ended: true }
}

/** The frames whose pictures are wanted: the one in view, those to come, and the one before. */
export function wantedFrames(
  index: number,
  count: number,
  ahead: number,
  loops: boolean,
): number[] {
  const wanted: number[] = []
  for (let step = 0; step <= ahead; step++) {
    const next = index + step
    if (next < count) wanted.push(next)
    else if (loops) wanted.push(next % count)
  }
  if (index > 0) wanted.push(index - 1)
  return [...new Set(wanted)]
}
