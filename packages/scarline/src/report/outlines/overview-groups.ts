/** Left, top, right, bottom in pixels of a map. */
export type Box = readonly [left: number, top: number, right: number, bottom: number]

/** How near boxes of one group may be told to be, as shares of the map's longer side. */
const NEAR = [0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12]

const MOST_GROUPS = 3

/** Groups must let a map of their own be larger than the whole one by this factor. */
const LEAST_ZOOM = 2

/**
 * Boxes that stand together, far from others: places in `boxes`, the largest groups first, each group
 * in the order of `boxes`. Of the distances that may part groups the one that enlarges most boxes most
 * is taken; empty where groups would hardly be larger than on the map of the whole.
 */
export function groupsOf(
  boxes: readonly Box[],
  { width, height }: { width: number; height: number },
): number[][] {
  const longer = Math.max(width, height)
  const zoomOf = (members: readonly number[]): number =>
    longer / extentOf(members.map((i) => boxes[i] as Box))
  let best: { groups: number[][]; gain: number } = { groups: [], gain: 0 }
  for (const near of NEAR) {
    const groups = groupsWithin(boxes, near * longer)
      .filter((members) => members.length > 1)
      .sort((a, b) => b.length - a.length)
      .slice(0, MOST_GROUPS)
    if (groups.some((members) => zoomOf(members) < LEAST_ZOOM)) continue
    const gain = groups.reduce(
      (sum, members) => sum + members.length * Math.log(zoomOf(members)),
      0,
    )
    if (gain > best.gain) best = { groups, gain }
  }
  return best.groups
}

/** Boxes that are no farther apart than `near`, from one to the next. */
function groupsWithin(boxes: readonly Box[], near: number): number[][] {
  const groups: number[][] = []
  for (const [i, box] of boxes.entries()) {
    const joined = groups.filter((members) => members.some((j) => gap(box, boxes[j] as Box) < near))
    for (const group of joined) groups.splice(groups.indexOf(group), 1)
    groups.push([...joined.flat(), i].sort((a, b) => a - b))
  }
  return groups
}

function extentOf(boxes: readonly Box[]): number {
  const wide = Math.max(...boxes.map(([, , r]) => r)) - Math.min(...boxes.map(([l]) => l))
  const high = Math.max(...boxes.map(([, , , b]) => b)) - Math.min(...boxes.map(([, t]) => t))
  return Math.max(wide, high)
}

function gap(a: Box, b: Box): number {
  const x = Math.max(0, a[0] - b[2], b[0] - a[2])
  const y = Math.max(0, a[1] - b[3], b[1] - a[3])
  return Math.hypot(x, y)
}
