import { describe, expect, it } from 'vitest'
import { createStore } from '../../src/state/create-store.ts'

describe('createStore', () => {
  it('tells its listeners what changed, until they leave', () => {
    const store = createStore({ a: 1, b: 'x' })
    const seen: number[] = []
    const leave = store.subscribe(() => seen.push(store.get().a))
    store.set({ a: 2 })
    store.set(({ a }) => ({ a: a + 1 }))
    leave()
    store.set({ a: 9 })
    expect(seen).toEqual([2, 3])
    expect(store.get()).toEqual({ a: 9, b: 'x' })
  })

  it('tells nobody where nothing differs, and keeps the state', () => {
    const store = createStore({ a: 1 })
    const before = store.get()
    let told = 0
    store.subscribe(() => told++)
    store.set({ a: 1 })
    store.set({})
    expect(told).toBe(0)
    expect(store.get()).toBe(before)
  })
})
