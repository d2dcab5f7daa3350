import { describe, expect, it } from 'vitest'
import { readAhead } from '../../src/runs/read-ahead.ts'

describe('readAhead', () => {
  it('gives values in order and begins the next one while one is worked on, not more', async () => {
    const begun: number[] = []
    const seen: { value: number; begun: number }[] = []
    const values = readAhead(4, async (index) => {
      begun.push(index)
      return 10 * index
    })
    for await (const value of values) seen.push({ value, begun: begun.length })
    expect(seen).toEqual([
      { value: 0, begun: 2 },
      { value: 10, begun: 3 },
      { value: 20, begun: 4 },
      { value: 30, begun: 4 },
    ])
  })

  it('throws a failure when its turn comes', async () => {
    const seen: number[] = []
    const values = readAhead(3, async (index) => {
      if (index === 1) throw new Error('no such frame')
      return index
    })
    const all = async (): Promise<void> => {
      for await (const value of values) {
        // Long enough for a failure that nobody waits for to end the process.
        await new Promise((done) => setTimeout(done, 5))
        seen.push(value)
      }
    }
    await expect(all()).rejects.toThrow('no such frame')
    expect(seen).toEqual([0])
  })
})
