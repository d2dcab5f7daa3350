import { useEffect, useRef } from 'react'
import { useStore } from '../../state/create-store.ts'
import { playStore } from '../../state/play-store.ts'
import { type FilmPlan, advanceFilm, frameAtMs } from './film-clock.ts'

/** Longest step of the clock: a tab that was hidden does not jump. */
const MOST_MS = 250

/**
 * Moves the film on while it plays. It waits for a picture that has not come yet.
 * @param isThere whether a frame's picture can be shown
 */
export function useClock(plan: FilmPlan, isThere: (index: number) => boolean): void {
  const isPlaying = useStore(playStore, (state) => state.isPlaying)
  const ready = useRef(isThere)
  ready.current = isThere
  useEffect(() => {
    if (!isPlaying) return undefined
    const first = playStore.get().index
    let filmMs = plan.startsMs[first] ?? 0
    let lastMs = performance.now()
    let handle = requestAnimationFrame(step)
    function step(nowMs: number): void {
      handle = requestAnimationFrame(step)
      const goneMs = Math.min(MOST_MS, nowMs - lastMs)
      lastMs = nowMs
      const { index, speed, loops } = playStore.get()
      const next = advanceFilm(plan, filmMs, goneMs, { speed, loops })
      const nextIndex = frameAtMs(plan, next.filmMs)
      if (nextIndex !== index && !ready.current(nextIndex)) return
      filmMs = next.filmMs
      if (nextIndex !== index) playStore.set({ index: nextIndex })
      if (next.ended) playStore.set({ isPlaying: false })
    }
    return () => cancelAnimationFrame(handle)
  }, [isPlaying, plan])
}

/** Plays or stops; from the beginning where the film is at its end. */
export function togglePlay(count: number): void {
  const { isPlaying, index } = playStore.get()
  playStore.set({
    isPlaying: !isPlaying && count > 1,
    ...(!isPlaying && index >= count - 1 ? { index: 0 } : {}),
  })
}

/** Goes to a frame, and stops there. */
export function goToFrame(index: number, count: number): void {
  playStore.set({ index: Math.max(0, Math.min(count - 1, index)), isPlaying: false })
}
