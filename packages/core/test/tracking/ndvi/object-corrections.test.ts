import { expect, it } from 'vitest'
import type { WorkingPoint } from '../../../src/tracking/ndvi/named-labels.ts'
import { correctionFinder } from '../../../src/tracking/ndvi/object-corrections.ts'
import type { Membership } from '../../../src/tracking/ndvi/object-membership.ts'
import type { WorkingGrid } from '../../../src/tracking/ndvi/working-grid.ts'

const SIDE = 40
const FRAMES = 6
const DAYS = [0, 20, 50, 60, 100, 130]
const working: WorkingGrid = {
  ...{ width: SIDE, height: SIDE, stride: 1, pixelM: 4 },
  ...{ siteWidth: SIDE, siteHeight: SIDE },
}

function randomSource(seed: number): () => number {
  let state = seed
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
}

/** A broad patch of the object with a hole, which is bare or not from frame to frame. */
function slope(random: () => number): { membership: Membership; posteriors: Int8Array[] } {
  const member = new Uint8Array(SIDE * SIDE)
  for (let i = 0; i < member.length; i++) {
    const [col, row] = [i % SIDE, Math.floor(i / SIDE)]
    const isHole = col > 18 && col < 24 && row > 18 && row < 24
    if (col > 4 && col < 36 && row > 4 && row < 36 && !isHole) member[i] = 1
  }
  const extent = { left: 4, top: 4, width: 33, height: 33 }
  const posteriors = Array.from({ length: FRAMES }, (_, t) => {
    const neck = 8 + 4 * t
    return Int8Array.from(member, (_value, i) => {
      const isNeck = i % SIDE === neck && Math.floor(i / SIDE) % 9 !== 0
      return isNeck || random() < 0.05 ? -20 : 20
    })
  })
  return { membership: { member, extent, doubts: [] }, posteriors }
}

it('finds click by click what it finds at once', async () => {
  const random = randomSource(5)
  for (let round = 0; round < 12; round++) {
    const { membership, posteriors } = slope(random)
    const readPosterior = async (t: number): Promise<Int8Array> => posteriors[t] as Int8Array
    const find = correctionFinder(readPosterior, DAYS, working)
    const accepted = new Map<number, Uint8Array>()
    let points: WorkingPoint[] = []
    let corrected = 0
    for (let click = 0; click < 14; click++) {
      // A mask is accepted, the last click taken back, or one made.
      if (click === 9) accepted.set(4, membership.member.slice())
      else if (click === 6) points = points.slice(0, -2)
      else {
        points.push({
          frameIndex: Math.floor((click / 14) * FRAMES),
          col: 2 + Math.floor(random() * 36),
          row: 2 + Math.floor(random() * 36),
          positive: random() < 0.5,
        })
      }
      const request = { membership, accepted: new Map(accepted), points: [...points] }
      const found = await find(request)
      expect(found).toEqual(await correctionFinder(readPosterior, DAYS, working)(request))
      corrected = found.length
    }
    expect(corrected).toBeGreaterThan(1)
  }
})

it('shares a piece anew when a later click lies in it', async () => {
  const { membership } = slope(randomSource(1))
  const posterior = new Int8Array(SIDE * SIDE).fill(20)
  const find = correctionFinder(async () => posterior, DAYS, working)
  const out: WorkingPoint = { frameIndex: 0, col: 8, row: 30, positive: false }
  const [whole] = await find({ membership, accepted: new Map(), points: [out] })
  const points = [out, { frameIndex: 3, col: 32, row: 30, positive: true }]
  const [part] = await find({ membership, accepted: new Map(), points })
  expect(part?.pixels.length).toBeLessThan(0.8 * (whole?.pixels.length ?? 0))
})
