import type { MaskRuns } from '@scarline/core'

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
