/** Runs of a mask in row order: lengths of 0, 1, 0, 1, ... beginning with 0. */
export interface MaskRuns {
  width: number
  height: number
  counts: number[]
}

/** @param mask 0/1 */
export function maskRuns(
  mask: Uint8Array,
  { width, height }: { width: number; height: number },
): MaskRuns {
  const counts: number[] = []
  let value = 0
  let start = 0
  while (start < mask.length) {
    const next = mask.indexOf(1 - value, start)
    const end = next < 0 ? mask.length : next
    counts.push(end - start)
    value = 1 - value
    start = end
  }
  return { width, height, counts }
}
