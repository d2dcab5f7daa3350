import { useSyncExternalStore } from 'react'

/** A value that changes as a whole, and those who want to know. */
export interface Store<S> {
  get(): S
  /** Merges a part; nobody is told where nothing differs. */
  set(part: Partial<S> | ((state: S) => Partial<S>)): void
  /** @returns takes the listener off */
  subscribe(listener: () => void): () => void
}

/** A store of plain data. States are never written to: `set` makes new ones. */
export function createStore<S extends object>(first: S): Store<S> {
  let state = first
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    set(part) {
      const next = typeof part === 'function' ? part(state) : part
      const keys = Object.keys(next) as (keyof S)[]
      if (keys.every((key) => Object.is(state[key], next[key]))) return
      state = { ...state, ...next }
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

/**
 * What the selector picks, kept up to date.
 * @param select must give the same reference for the same state: pick, do not build
 */
export function useStore<S, T>(store: Store<S>, select: (state: S) => T): T {
  const snapshot = (): T => select(store.get())
  return useSyncExternalStore(store.subscribe, snapshot, snapshot)
}
