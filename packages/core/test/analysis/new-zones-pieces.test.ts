import { describe, expect, it } from 'vitest'
import { openedPieces } from '../../src/analysis/new-zones-pieces.ts'
import type { BareRun } from '../../src/analysis/new-zones-pixels.ts'
import { gridOf } from './geometry-scenes.ts'

const WIDTH = 60
const days = [0, 10, 20, 30, 500]
/** A sensor pixel is 5 x 5 pixels, a piece has at least four. */
const rules = { grid: gridOf(WIDTH, WIDTH), days, sensorPx: 5, minPiecePixels: 100 }

/** A rectangle, columns and rows from `[c0, r0]` up to `[c1, r1]`, that opened by a frame. */
function opened(firstBare: number, [c0, r0]: number[], [c1, r1]: number[]): BareRun[] {
  const runs: BareRun[] = []
  for (let row = r0!; row < r1!; row++) {
    for (let col = c0!; col < c1!; col++) {
      const pixel = row * WIDTH + col
      const proof = { confirmed: 4, closed: null, reopened: false }
      runs.push({ pixel, lastCovered: firstBare - 1, firstBare, ...proof })
    }
  }
  return runs
}

function found(
  runs: BareRun[],
  eventOf: (run: BareRun) => number,
): { pieces: number[]; bits: number[]; ofEvent: [number, number][] } {
  const rest = { leastPixels: 25, linkDays: 120 }
  const { pieces, bits, ofEvent } = openedPieces(runs, runs.map(eventOf), { ...rules, ...rest })
  return {
    pieces: pieces.map(({ pixels }) => pixels.length),
    bits: bits.map(({ pixels }) => pixels.length),
    ofEvent: [...ofEvent].map(([event, own]) => [event, own.length]),
  }
}

const broad = opened(1, [10, 10], [40, 20])
const strip = opened(2, [10, 20], [40, 23])
const noEvent = (): number => -1
const firstIsEvent = ({ firstBare }: BareRun): number => (firstBare === 1 ? 0 : -1)

describe('openedPieces', () => {
  it('cuts off a strip narrower than a sensor pixel where it stands alone', () => {
    expect(found(strip, noEvent)).toEqual({ pieces: [], bits: [], ofEvent: [] })
  })

  it('keeps it beside ground that opened with it, 30 x 10 and 30 x 3 pixels', () => {
    const [piece] = found([...broad, ...strip], noEvent).pieces
    // Its corners are rounded by a disc of 2.5 pixels.
    expect(piece).toBeGreaterThan(380)
    expect(piece).toBeLessThanOrEqual(390)
  })

  it('keeps it also where what opened with it is of an event: a bit of its own, and the event whole', () => {
    const { pieces, bits, ofEvent } = found([...broad, ...strip], firstIsEvent)
    expect(pieces).toEqual([])
    expect(bits).toHaveLength(1)
    expect(bits[0]).toBeGreaterThan(80)
    expect(bits[0]).toBeLessThanOrEqual(90)
    expect(ofEvent[0]![1]).toBeGreaterThan(290)
  })

  it('cuts it off beside ground that opened more than 120 days before', () => {
    const late = opened(4, [10, 20], [40, 23])
    expect(found([...broad, ...late], noEvent).bits).toEqual([])
    expect(found([...broad, ...late], noEvent).pieces).toHaveLength(1)
  })
})
