/** Logit that filled holes get, as upstream. */
const FILLED_LOGIT = 0.1

/**
 * Sets background components (logit <= 0, 8-connected) of at most `maxArea` pixels to 0.1. Background at
 * the border counts like any other. Upstream: `fill_holes_in_mask_scores`; its CUDA routine needs even
 * sizes, this one does not. Returns the given array where nothing changes.
 */
export function fillHoles(
  logits: Float32Array,
  width: number,
  height: number,
  maxArea: number,
): Float32Array {
  if (maxArea === 0) return logits
  const seen = new Uint8Array(logits.length)
  const stack = new Int32Array(logits.length)
  const component = new Int32Array(maxArea)
  let out = logits
  for (let start = 0; start < logits.length; start++) {
    if (seen[start] === 1 || (logits[start] as number) > 0) continue
    let depth = 0
    let area = 0
    stack[depth++] = start
    seen[start] = 1
    while (depth > 0) {
      const at = stack[--depth] as number
      if (area < maxArea) component[area] = at
      area++
      const x = at % width
      const y = (at - x) / width
      for (let ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, height - 1); ny++) {
        for (let nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++) {
          const next = ny * width + nx
          if (seen[next] === 1 || (logits[next] as number) > 0) continue
          seen[next] = 1
          stack[depth++] = next
        }
      }
    }
    if (area > maxArea) continue
    if (out === logits) out = logits.slice()
    for (const at of component.subarray(0, area)) out[at] = FILLED_LOGIT
  }
  return out
}
