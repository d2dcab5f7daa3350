/** A tag tree (ISO/IEC 15444-1, B.10.2): a quad-tree of minima, coded bit by bit. */
export interface TagTree {
  /**
   * Reads on until it is known whether a leaf's value is below a threshold.
   * @param readBit next bit of the packet header
   */
  isBelow(col: number, row: number, threshold: number, readBit: () => number): boolean
}

interface Level {
  width: number
  value: Float64Array
  low: Uint32Array
}

/** An unread tag tree over `width` x `height` leaves. */
export function tagTree(width: number, height: number): TagTree {
  const levels: Level[] = []
  for (let w = width, h = height; ; w = Math.ceil(w / 2), h = Math.ceil(h / 2)) {
    levels.push({
      width: w,
      value: new Float64Array(w * h).fill(Infinity),
      low: new Uint32Array(w * h),
    })
    if (w <= 1 && h <= 1) break
  }
  return {
    isBelow(col, row, threshold, readBit) {
      let low = 0
      let value = Infinity
      for (let depth = levels.length - 1; depth >= 0; depth--) {
        const level = levels[depth] as Level
        const at = (row >> depth) * level.width + (col >> depth)
        low = Math.max(low, level.low[at] as number)
        value = level.value[at] as number
        while (low < threshold && low < value) {
          if (readBit()) value = low
          else low++
        }
        level.value[at] = value
        level.low[at] = low
      }
      return value < threshold
    },
  }
}
