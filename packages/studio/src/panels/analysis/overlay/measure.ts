/** A place in pixels of the site grid. */
export type GridPoint = readonly [x: number, y: number]

export type MeasureTool = 'distance' | 'area'

/** What is being measured. */
export interface Measuring {
  tool: MeasureTool | null
  corners: readonly GridPoint[]
  /** No more corners come. */
  isDone: boolean
  /** Where the next corner would be; null while nothing points. */
  cross: GridPoint | null
}

export type MeasureStep =
  | { kind: 'tool'; tool: MeasureTool | null }
  | { kind: 'corner'; at: GridPoint }
  | { kind: 'cross'; at: GridPoint | null }
  | { kind: 'back' }
  | { kind: 'done' }
  | { kind: 'clear' }

export const NOTHING_MEASURED: Measuring = {
  tool: null,
  corners: [],
  isDone: false,
  cross: null,
}

/** Two clicks of one double click are no two corners. */
const SAME_PX = 0.01

/** What is measured after a step. */
export function stepMeasuring(state: Measuring, step: MeasureStep): Measuring {
  switch (step.kind) {
    case 'tool':
      return { ...NOTHING_MEASURED, tool: step.tool }
    case 'corner': {
      const corners = state.isDone ? [] : state.corners
      const last = corners.at(-1)
      if (last && Math.hypot(last[0] - step.at[0], last[1] - step.at[1]) < SAME_PX) return state
      return { ...state, corners: [...corners, step.at], isDone: false, cross: step.at }
    }
    case 'cross':
      return { ...state, cross: step.at }
    case 'back':
      return { ...state, corners: state.corners.slice(0, -1), isDone: false }
    case 'done':
      return { ...state, isDone: state.corners.length > 1, cross: null }
    case 'clear':
      return { ...NOTHING_MEASURED, tool: state.tool }
  }
}

/** The corners with the cross as the next one. */
export function shownCorners({ corners, isDone, cross }: Measuring): GridPoint[] {
  return isDone || cross === null || corners.length === 0 ? [...corners] : [...corners, cross]
}

/** How pixels become metres on the ellipsoid. */
export interface GroundScale {
  pixelSizeM: number
  /** m² on the grid per m² on the ellipsoid. */
  gridAreaScale: number
}

/** Length of a line (of a ring where it is `closed`), m on the ellipsoid. */
export function lengthM(
  corners: readonly GridPoint[],
  { pixelSizeM, gridAreaScale }: GroundScale,
  closed: boolean,
): number {
  const line = closed && corners[0] ? [...corners, corners[0]] : corners
  const pixels = line
    .slice(1)
    .reduce(
      (sum, [x, y], i) => sum + Math.hypot(x - (line[i]?.[0] ?? 0), y - (line[i]?.[1] ?? 0)),
      0,
    )
  return (pixels * pixelSizeM) / Math.sqrt(gridAreaScale)
}

/** Area within a ring (shoelace formula), m² on the ellipsoid. */
export function areaM2(
  corners: readonly GridPoint[],
  { pixelSizeM, gridAreaScale }: GroundScale,
): number {
  const twice = corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length] as GridPoint
    return sum + x * nextY - nextX * y
  }, 0)
  return (Math.abs(twice) / 2) * (pixelSizeM ** 2 / gridAreaScale)
}
