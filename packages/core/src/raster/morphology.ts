/**
 * Exact squared Euclidean distance of every pixel to the nearest set pixel, in pixels²
 * (Felzenszwalb & Huttenlocher, 2012: lower envelopes of parabolas, linear time). Infinity where no
 * pixel is set.
 *
 * @param mask 0/1, `width * height` long, row-major
 */
export function squaredDistances(mask: Uint8Array, width: number, height: number): Float64Array {
  const distance = columnDistances(mask, width, height)
  const squares = new Float64Array(width)
  const vertex = new Int32Array(width)
  const bound = new Float64Array(width + 1)
  for (let row = 0; row < height; row++) {
    envelope(distance.subarray(row * width, (row + 1) * width), squares, vertex, bound)
  }
  return distance
}

/** Squared distance to the nearest set pixel of the same column; Infinity where it has none. */
function columnDistances(mask: Uint8Array, width: number, height: number): Float64Array {
  const squared = new Float64Array(width * height)
  const steps = new Float64Array(width).fill(Infinity)
  for (let i = 0, col = 0; i < squared.length; i++, col = col + 1 < width ? col + 1 : 0) {
    const step = mask[i] ? 0 : (steps[col] as number) + 1
    steps[col] = step
    squared[i] = step * step
  }
  steps.fill(Infinity)
  for (
    let i = squared.length - 1, col = width - 1;
    i >= 0;
    i--, col = col > 0 ? col - 1 : width - 1
  ) {
    const step = mask[i] ? 0 : (steps[col] as number) + 1
    steps[col] = step
    if (step * step < (squared[i] as number)) squared[i] = step * step
  }
  return squared
}

/**
 * Lowers each value of a row to the least parabola over it: (q - v)² + values[v].
 *
 * @param squares,vertex,bound room to work in, as long as the row, `bound` one longer
 */
function envelope(
  values: Float64Array,
  squares: Float64Array,
  vertex: Int32Array,
  bound: Float64Array,
): void {
  const { length } = values
  let last = -1
  for (let q = 0; q < length; q++) {
    const square = values[q] as number
    if (square === Infinity) continue
    squares[q] = square
    let crossing = -Infinity
    for (; last >= 0; last--) {
      const v = vertex[last] as number
      crossing = (square + q * q - (squares[v] as number) - v * v) / (2 * (q - v))
      if (crossing > (bound[last] as number)) break
    }
    last++
    vertex[last] = q
    bound[last] = crossing
    bound[last + 1] = Infinity
  }
  if (last < 0) return
  for (let q = 0, k = 0; q < length; q++) {
    while ((bound[k + 1] as number) < q) k++
    const v = vertex[k] as number
    values[q] = (q - v) * (q - v) + (squares[v] as number)
  }
}

/** Pixels within `radiusPx` (Euclidean, between centres) of a set pixel. Radius 1 is the 4-neighbourhood. */
export function dilate(
  mask: Uint8Array,
  width: number,
  height: number,
  radiusPx: number,
): Uint8Array {
  const limit = radiusPx * radiusPx + 1e-9
  const distance = squaredDistances(mask, width, height)
  const result = new Uint8Array(mask.length)
  for (let i = 0; i < result.length; i++) result[i] = (distance[i] as number) <= limit ? 1 : 0
  return result
}

/** Set pixels farther than `radiusPx` from every unset one. Outside the raster nothing is unset: the edge does not erode. */
export function erode(
  mask: Uint8Array,
  width: number,
  height: number,
  radiusPx: number,
): Uint8Array {
  const limit = radiusPx * radiusPx + 1e-9
  const distance = squaredDistances(invert(mask), width, height)
  const result = new Uint8Array(mask.length)
  for (let i = 0; i < result.length; i++) result[i] = (distance[i] as number) > limit ? 1 : 0
  return result
}

/** Erosion then dilation: takes away what a disc of `radiusPx` does not fit into. */
export function open(
  mask: Uint8Array,
  width: number,
  height: number,
  radiusPx: number,
): Uint8Array {
  return dilate(erode(mask, width, height, radiusPx), width, height, radiusPx)
}

/** Dilation then erosion: closes gaps that a disc of `radiusPx` does not fit into. */
export function close(
  mask: Uint8Array,
  width: number,
  height: number,
  radiusPx: number,
): Uint8Array {
  return erode(dilate(mask, width, height, radiusPx), width, height, radiusPx)
}

/** 1 where the mask is 0, 0 elsewhere. */
export function invert(mask: Uint8Array): Uint8Array {
  const result = new Uint8Array(mask.length)
  for (let i = 0; i < result.length; i++) result[i] = mask[i] ? 0 : 1
  return result
}

/** Connected components of a mask. */
export interface Components {
  /** 0 outside, else 1..count, in reading order of each component's first pixel. */
  labels: Int32Array
  count: number
  /** Pixels of component n at index n; index 0 counts the unset pixels. */
  sizesPx: Int32Array
}

/** Labels connected set pixels; neighbours share an edge (4) or also a corner (8, default). */
export function labelComponents(
  mask: Uint8Array,
  width: number,
  height: number,
  connectivity: 4 | 8 = 8,
): Components {
  const { starts, ends, parents, count: runs } = joinRuns(mask, width, height, connectivity)
  const labels = new Int32Array(mask.length)
  const labelOf = new Int32Array(runs)
  const sizes: number[] = [0]
  let set = 0
  for (let run = 0; run < runs; run++) {
    const [start, end] = [starts[run] as number, ends[run] as number]
    const root = rootOf(parents, run)
    // Roots come first: a component's label is given where its first pixel is.
    if (root === run) labelOf[run] = sizes.push(0) - 1
    const label = labelOf[root] as number
    labels.fill(label, start, end)
    sizes[label] = (sizes[label] as number) + end - start
    set += end - start
  }
  const sizesPx = Int32Array.from(sizes)
  sizesPx[0] = mask.length - set
  return { labels, count: sizes.length - 1, sizesPx }
}

/** Runs of set pixels in reading order; `parents` leads from each to the first one of its component. */
function joinRuns(
  mask: Uint8Array,
  width: number,
  height: number,
  connectivity: 4 | 8,
): { starts: Int32Array; ends: Int32Array; parents: Int32Array; count: number } {
  let [starts, ends] = [new Int32Array(FEW_RUNS), new Int32Array(FEW_RUNS)]
  let parents = new Int32Array(FEW_RUNS)
  const corner = connectivity === 8 ? 1 : 0
  let count = 0
  let above = 0
  for (let row = 0; row < height; row++) {
    const first = count
    const rowEnd = (row + 1) * width
    for (let i = row * width; i < rowEnd; i++) {
      if (!mask[i]) continue
      const start = i
      while (i < rowEnd && mask[i]) i++
      if (count === starts.length) {
        ;[starts, ends, parents] = [longer(starts), longer(ends), longer(parents)]
      }
      starts[count] = start
      ends[count] = i
      parents[count] = count
      // Those that end before this one begins meet none of the later ones either.
      while (above < first && (ends[above] as number) + width + corner <= start) above++
      for (let other = above; other < first; other++) {
        if ((starts[other] as number) + width >= i + corner) break
        uniteRuns(parents, other, count)
      }
      count++
    }
    above = first
  }
  return { starts, ends, parents, count }
}

/** Runs that there is room for at first. */
const FEW_RUNS = 4096

function longer(values: Int32Array): Int32Array<ArrayBuffer> {
  const result = new Int32Array(2 * values.length)
  result.set(values)
  return result
}

function rootOf(parents: Int32Array, run: number): number {
  let at = run
  while (parents[at] !== at) {
    parents[at] = parents[parents[at] as number] as number
    at = parents[at] as number
  }
  return at
}

function uniteRuns(parents: Int32Array, a: number, b: number): void {
  const [rootA, rootB] = [rootOf(parents, a), rootOf(parents, b)]
  if (rootA < rootB) parents[rootB] = rootA
  else parents[rootA] = rootB
}

/** Drops connected components of fewer than `minPixels` pixels. */
export function removeSmall(
  mask: Uint8Array,
  width: number,
  height: number,
  minPixels: number,
  connectivity: 4 | 8 = 8,
): Uint8Array {
  const { labels, sizesPx } = labelComponents(mask, width, height, connectivity)
  const result = new Uint8Array(mask.length)
  for (let i = 0; i < result.length; i++) {
    const label = labels[i] as number
    result[i] = label > 0 && (sizesPx[label] as number) >= minPixels ? 1 : 0
  }
  return result
}

/**
 * Sets unset regions that do not reach the raster's edge and have at most `maxPixels` pixels.
 * Holes are 4-connected where the mask is 8-connected, and the other way round.
 */
export function fillHoles(
  mask: Uint8Array,
  width: number,
  height: number,
  maxPixels: number = Infinity,
  connectivity: 4 | 8 = 8,
): Uint8Array {
  const background = labelComponents(invert(mask), width, height, connectivity === 8 ? 4 : 8)
  const open = new Uint8Array(background.count + 1)
  for (let col = 0; col < width; col++) {
    open[background.labels[col] as number] = 1
    open[background.labels[(height - 1) * width + col] as number] = 1
  }
  for (let row = 0; row < height; row++) {
    open[background.labels[row * width] as number] = 1
    open[background.labels[row * width + width - 1] as number] = 1
  }
  const result = new Uint8Array(mask.length)
  for (let i = 0; i < result.length; i++) {
    const label = background.labels[i] as number
    const isHole = label > 0 && !open[label] && (background.sizesPx[label] as number) <= maxPixels
    result[i] = mask[i] || isHole ? 1 : 0
  }
  return result
}
