/**
 * Order of a grid's tokens: window by window. Inside a window the order is by phase, so that the
 * four tokens that a 2x2 pooling merges lie a quarter of the window apart, and the pooled tokens
 * come out in the order of the halved grid. Attention does not mind the order of its keys.
 */
export interface TokenGrid {
  readonly height: number
  readonly width: number
  /** Side of the windows; 0: one window, the whole grid. */
  readonly windowSize: number
}

/** Windows of equal size that follow each other; those at the right and bottom edge may be smaller. */
export interface WindowGroup {
  /** First token. */
  readonly start: number
  /** Windows in the group. */
  readonly count: number
  readonly rows: number
  readonly cols: number
  /** Padding tokens that upstream adds to each of these windows. */
  readonly padding: number
}

/** The windows of a grid, in token order: whole ones, right edge, bottom edge, corner. */
export function windowGroups(grid: TokenGrid): WindowGroup[] {
  let start = 0
  return windowSpans(grid).map(({ count, rows, cols, padding }) => {
    const group = { start, count, rows: rows.size, cols: cols.size, padding }
    start += count * rows.size * cols.size
    return group
  })
}

/** Tokens in a group of windows. */
export function groupTokens({ count, rows, cols }: WindowGroup): number {
  return count * rows * cols
}

/** Row-major index of each token. */
export function tokenOrder(grid: TokenGrid): Int32Array {
  const order = new Int32Array(grid.height * grid.width)
  let at = 0
  for (const { rows, cols } of windowSpans(grid)) {
    const inside = phaseOrder(rows.size, cols.size)
    for (const top of rows.starts) {
      for (const left of cols.starts) {
        for (const [row, col] of inside) order[at++] = (top + row) * grid.width + left + col
      }
    }
  }
  return order
}

/** Position in `from` of each token of `to`; null when both have the same order. */
export function reorderIndices(from: TokenGrid, to: TokenGrid): Int32Array | null {
  const place = inverse(tokenOrder(from))
  const indices = tokenOrder(to).map((index) => place[index] as number)
  return indices.every((index, i) => index === i) ? null : indices
}

/** Position in `coarse` of the token under each token of `fine`, a grid of twice the sides. */
export function upsampleIndices(coarse: TokenGrid, fine: TokenGrid): Int32Array {
  const place = inverse(tokenOrder(coarse))
  return tokenOrder(fine).map((index) => {
    const row = Math.floor(index / fine.width)
    const col = index % fine.width
    return place[(row >> 1) * coarse.width + (col >> 1)] as number
  })
}

/** The grid in row-major order. */
export function rowMajor({ height, width }: TokenGrid): TokenGrid {
  return { height, width, windowSize: 1 }
}

/** The grid after 2x2 pooling inside its windows. */
export function pooledGrid({ height, width, windowSize }: TokenGrid): TokenGrid {
  return { height: height / 2, width: width / 2, windowSize: windowSize / 2 }
}

/** A group of windows after 2x2 pooling inside them. */
export function pooledGroup({ start, count, rows, cols, padding }: WindowGroup): WindowGroup {
  return { start: start / 4, count, rows: rows / 2, cols: cols / 2, padding: padding / 4 }
}

/** Whether 2x2 pooling stays inside the windows. */
export function canPool(grid: TokenGrid): boolean {
  const even = windowGroups(grid).every(({ rows, cols }) => rows % 2 === 0 && cols % 2 === 0)
  return even && grid.windowSize % 2 === 0
}

interface Span {
  /** Tokens along this axis. */
  size: number
  starts: number[]
}

function windowSpans({ height, width, windowSize }: TokenGrid): {
  rows: Span
  cols: Span
  count: number
  padding: number
}[] {
  const spans = (length: number): Span[] => {
    const side = windowSize || length
    const whole = Math.floor(length / side)
    const starts = Array.from({ length: whole }, (_, i) => i * side)
    const rest = { size: length - whole * side, starts: [whole * side] }
    return [{ size: side, starts }, rest].filter((span) => span.size > 0 && span.starts.length > 0)
  }
  return spans(height).flatMap((rows) =>
    spans(width).map((cols) => ({
      rows,
      cols,
      count: rows.starts.length * cols.starts.length,
      padding: windowSize ? windowSize ** 2 - rows.size * cols.size : 0,
    })),
  )
}

/** Row and column of each token of a window. */
function phaseOrder(rows: number, cols: number): [number, number][] {
  if (rows % 2 || cols % 2) {
    return Array.from({ length: rows * cols }, (_, i) => [Math.floor(i / cols), i % cols])
  }
  const half = phaseOrder(rows / 2, cols / 2)
  const phases: readonly [number, number][] = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]
  return phases.flatMap(([y, x]) =>
    half.map(([row, col]): [number, number] => [2 * row + y, 2 * col + x]),
  )
}

function inverse(order: Int32Array): Int32Array {
  const place = new Int32Array(order.length)
  order.forEach((index, i) => (place[index] = i))
  return place
}
