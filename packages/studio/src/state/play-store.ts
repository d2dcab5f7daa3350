import { type Store, createStore } from './create-store.ts'

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8] as const
export const FILM_LAYERS = ['ndvi', 'truecolour', 'falsecolour'] as const
export type FilmLayer = (typeof FILM_LAYERS)[number]

/** How the film is shown. */
export interface PlayState {
  /** Frame in view. */
  index: number
  isPlaying: boolean
  /** Every frame equally long, or as long as until the next one was taken. */
  pace: 'frames' | 'time'
  speed: (typeof SPEEDS)[number]
  loops: boolean
  hasBoundary: boolean
  /** The first frame's boundary stays in view. */
  hasFirst: boolean
  layer: FilmLayer
}

export const playStore: Store<PlayState> = createStore<PlayState>({
  index: 0,
  isPlaying: false,
  pace: 'frames',
  speed: 1,
  loops: true,
  hasBoundary: true,
  hasFirst: false,
  layer: 'ndvi',
})
