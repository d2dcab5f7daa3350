import { textWidth } from './scales.ts'

/** A text that is to stand above a place on an axis. */
export interface LaneLabel {
  x: number
  text: string
}

/** A label with its lane, from 0 (nearest the plot) up, and where its text begins. */
export interface PlacedLabel extends LaneLabel {
  lane: number
  textX: number
}

/** Least room between two texts of a lane, and between a leader and its text. */
const GAP = 10
const BESIDE = 4

interface Spread extends PlacedLabel {
  from: number
  to: number
}

/**
 * Puts labels into lanes so that no text touches another. Where it can be had, no leader crosses a text
 * below it either: each label takes the lowest lane, right or left of its place, where that holds; one
 * that has none gets a lane above all others.
 */
export function placeInLanes(
  labels: readonly LaneLabel[],
  left: number,
  right: number,
): PlacedLabel[] {
  const placed: Spread[] = []
  for (const label of labels.toSorted((a, b) => b.x - a.x)) {
    const sides = sidesOf(label, left, right)
    const top = Math.max(-1, ...placed.map(({ lane }) => lane)) + 1
    let found: Spread | undefined
    for (let lane = 0; lane <= top && found === undefined; lane++) {
      found = sides
        .map((side) => ({ ...side, lane }))
        .find((side) => placed.every((other) => !touches(side, other) && !crosses(side, other)))
    }
    placed.push(found ?? { ...(sides[0] as Spread), lane: top })
  }
  return placed.map(({ x, text, lane, textX }) => ({ x, text, lane, textX }))
}

function sidesOf(label: LaneLabel, left: number, right: number): Spread[] {
  const width = textWidth(label.text)
  const spread = (textX: number): Spread => ({
    ...label,
    lane: 0,
    textX,
    from: Math.min(label.x, textX),
    to: Math.max(label.x, textX + width),
  })
  const sides: Spread[] = []
  if (label.x + BESIDE + width <= right) sides.push(spread(label.x + BESIDE))
  if (label.x - BESIDE - width >= left) sides.push(spread(label.x - BESIDE - width))
  return sides.length > 0 ? sides : [spread(Math.max(left, right - width))]
}

function touches(a: Spread, b: Spread): boolean {
  return a.lane === b.lane && a.from < b.to + GAP && a.to > b.from - GAP
}

function crosses(a: Spread, b: Spread): boolean {
  if (a.lane === b.lane) return false
  const [upper, lower] = a.lane > b.lane ? [a, b] : [b, a]
  return upper.x > lower.from - 2 && upper.x < lower.to + 2
}
