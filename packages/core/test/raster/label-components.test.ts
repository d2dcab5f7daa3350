import { expect, it } from 'vitest'
import { labelComponents } from '../../src/raster/morphology.ts'

/** As the words say it, pixel by pixel. */
function plainly(mask: Uint8Array, width: number, height: number, connectivity: 4 | 8): number[] {
  const labels: number[] = Array.from(mask, () => 0)
  let count = 0
  for (let seed = 0; seed < mask.length; seed++) {
    if (!mask[seed] || labels[seed]) continue
    labels[seed] = ++count
    const stack = [seed]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [row, col] = [Math.floor(at / width), at % width]
      for (const [dr, dc] of neighbours(connectivity)) {
        const [r, c] = [row + dr, col + dc]
        const next = r * width + c
        if (r < 0 || c < 0 || r >= height || c >= width || !mask[next] || labels[next]) continue
        labels[next] = count
        stack.push(next)
      }
    }
  }
  return labels
}

function neighbours(connectivity: 4 | 8): [number, number][] {
  const all: [number, number][] = [-1, 0, 1].flatMap((dr) =>
    [-1, 0, 1].map((dc): [number, number] => [dr, dc]),
  )
  return all.filter(([dr, dc]) => (connectivity === 4 ? dr === 0 || dc === 0 : true))
}

it('labels components in the order of their first pixels, whatever their shape', () => {
  let state = 5
  const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
  for (let round = 0; round < 120; round++) {
    const [width, height] = [1 + Math.floor(random() * 18), 1 + Math.floor(random() * 18)]
    const share = random()
    const mask = Uint8Array.from({ length: width * height }, () => (random() < share ? 1 : 0))
    for (const connectivity of [4, 8] as const) {
      const { labels, count, sizesPx } = labelComponents(mask, width, height, connectivity)
      const expected = plainly(mask, width, height, connectivity)
      expect([...labels]).toEqual(expected)
      expect(count).toBe(Math.max(0, ...expected))
      expect([...sizesPx]).toEqual(
        Array.from({ length: count + 1 }, (_, n) => expected.filter((one) => one === n).length),
      )
    }
  }
})
