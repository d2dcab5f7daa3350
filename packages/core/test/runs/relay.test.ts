import { describe, expect, it } from 'vitest'
import { relay } from '../../src/runs/relay.ts'

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2))

describe('relay', () => {
  it('yields every report in order and returns the result', async () => {
    const stream = relay<number, string>(async (report) => {
      report(1)
      await soon()
      report(2)
      report(3)
      return 'end'
    })
    const seen: unknown[] = []
    for (;;) {
      const step = await stream.next()
      seen.push(step.value)
      if (step.done) break
    }
    expect(seen).toEqual([1, 2, 3, 'end'])
  })

  it('throws what the work throws, after its reports', async () => {
    const stream = relay<number, void>(async (report) => {
      report(1)
      throw new Error('broken')
    })
    expect((await stream.next()).value).toBe(1)
    await expect(stream.next()).rejects.toThrow('broken')
  })

  it('stops the work when the consumer walks away', async () => {
    let stopped = false
    const stream = relay<number, void>(async (report, signal) => {
      report(1)
      while (!signal.aborted) await soon()
      stopped = true
    })
    for await (const value of stream) {
      expect(value).toBe(1)
      break
    }
    expect(stopped).toBe(true)
  })
})
