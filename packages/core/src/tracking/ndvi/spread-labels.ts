/**
 * Carries labels into unlabelled pixels of `inside`, ring by ring over the eight neighbours; of two
 * labels that arrive together the lower wins.
 *
 * @param labels 0 where unlabelled; changed in place
 * @param inside 0/1: where labels may spread
 */
export function spreadLabels(
  labels: Int32Array,
  inside: Uint8Array,
  width: number,
  height: number,
): void {
  let ring: number[] = []
  for (let i = 0; i < labels.length; i++) if ((labels[i] as number) > 0) ring.push(i)
  const arriving = new Int32Array(labels.length)
  while (ring.length > 0) {
    const next: number[] = []
    for (const i of ring) {
      const label = labels[i] as number
      const row = Math.floor(i / width)
      const col = i - row * width
      for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
        for (let c = Math.max(0, col - 1); c <= Math.min(width - 1, col + 1); c++) {
          const j = r * width + c
          if (!inside[j] || (labels[j] as number) > 0) continue
          const known = arriving[j] as number
          if (known === 0) next.push(j)
          if (known === 0 || label < known) arriving[j] = label
        }
      }
    }
    for (const j of next) labels[j] = arriving[j] as number
    ring = next
  }
}
