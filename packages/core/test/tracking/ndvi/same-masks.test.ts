import { expect, it } from 'vitest'
import { erode, labelComponents } from '../../../src/raster/morphology.ts'
import {
  applyCorrections,
  correctionOfMask,
  createCorrection,
  groundOfPoint,
  isInPiece,
} from '../../../src/tracking/ndvi/corrections.ts'
import {
  type Extent,
  extentOf,
  joinExtents,
  widenExtent,
} from '../../../src/tracking/ndvi/extent.ts'
import { closeSpecks, objectLogOdds } from '../../../src/tracking/ndvi/frame-state.ts'
import { objectAreas } from '../../../src/tracking/ndvi/object-area.ts'
import { splitPieces } from '../../../src/tracking/ndvi/pieces.ts'
import { spreadLabels } from '../../../src/tracking/ndvi/spread-labels.ts'
import {
  type WorkingGrid,
  enlarge,
  enlargeMask,
  pixelsOf,
} from '../../../src/tracking/ndvi/working-grid.ts'

// What is computed only where it matters must be what it would be everywhere.

function randomSource(seed: number): () => number {
  let state = seed
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
}

/** Blobs of log-odds in -127..127. */
function blobs(random: () => number, width: number, height: number): Float32Array {
  const centres = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
    ...{ x: random() * width, y: random() * height, size: 2 + random() * 8 },
  }))
  return Float32Array.from({ length: width * height }, (_, i) => {
    const [row, col] = [Math.floor(i / width), i % width]
    const near = Math.min(...centres.map(({ x, y, size }) => Math.hypot(x - col, y - row) - size))
    return Math.max(-127, Math.min(127, Math.round(-20 * near + 40 * (random() - 0.5))))
  })
}

function crop(values: Float32Array, width: number, extent: Extent): Float32Array {
  return Float32Array.from({ length: extent.width * extent.height }, (_, k) => {
    const row = extent.top + Math.floor(k / extent.width)
    return values[row * width + extent.left + (k % extent.width)] as number
  })
}

function gridOf(width: number, height: number, stride: number, cut: number): WorkingGrid {
  const [siteWidth, siteHeight] = [width * stride - cut, height * stride - cut]
  return { width, height, stride, pixelM: 4, siteWidth, siteHeight }
}

it('enlarges the mask as it enlarges the log-odds', () => {
  const random = randomSource(3)
  for (const stride of [1, 2, 3, 5]) {
    for (let round = 0; round < 20; round++) {
      const working = gridOf(30, 24, stride, stride > 1 ? round % stride : 0)
      const logOdds = blobs(random, 30, 24)
      const expected = Array.from(enlarge(logOdds, working), (value) => (value > 0 ? 1 : 0))
      expect([...enlargeMask(logOdds, working)]).toEqual(expected)
    }
  }
  const working = gridOf(30, 24, 2, 0)
  expect(enlargeMask(new Float32Array(30 * 24).fill(-1), working).includes(1)).toBe(false)
})

it('splits pieces as it would on the whole raster', () => {
  const random = randomSource(4)
  const [width, height] = [40, 30]
  for (let round = 0; round < 40; round++) {
    const mask = Uint8Array.from(blobs(random, width, height), (value) => (value > 0 ? 1 : 0))
    const neckPx = 1 + (round % 3)
    const cores = labelComponents(erode(mask, width, height, neckPx), width, height)
    const labels = cores.labels.slice()
    spreadLabels(labels, mask, width, height)
    const rest = Uint8Array.from(mask, (value, i) => (value && !labels[i] ? 1 : 0))
    const slender = labelComponents(rest, width, height)
    slender.labels.forEach((label, i) => {
      if (label) labels[i] = label + cores.count
    })
    const pieces = splitPieces(mask, width, height, neckPx)
    expect(pieces.count).toBe(cores.count + slender.count)
    expect([...pieces.labels]).toEqual([...labels])
  }
})

it('a positive click takes the closed hole that it lies in, if that is no larger than the mask', () => {
  const random = randomSource(6)
  const [width, height] = [36, 28]
  const working = gridOf(width, height, 2, 0)
  const reach = pixelsOf(working, 10)
  for (let round = 0; round < 60; round++) {
    const logOdds = blobs(random, width, height)
    for (let k = 0; k < 12; k++) logOdds[Math.floor(random() * logOdds.length)] = -3
    const at = logOdds.findIndex((value, i) => value <= 0 && i >= random() * logOdds.length)
    if (at < 0) continue
    const [row, col] = [Math.floor(at / width), at % width]
    const point = { frameIndex: 0, row, col, positive: true }
    const outside = Uint8Array.from(logOdds, (value) => (value > 0 ? 0 : 1))
    const { labels, sizesPx } = labelComponents(outside, width, height, 4)
    const hole = labels[at] as number
    const isClosed = labels.every((label, i) => {
      const isEdge =
        i < width || i >= width * (height - 1) || i % width === 0 || i % width === width - 1
      return label !== hole || !isEdge
    })
    const area = logOdds.filter((value) => value > 0).length
    const takes = isClosed && (sizesPx[hole] as number) <= area
    const expected = Array.from(logOdds, (_, i) => i).filter(
      (i) =>
        (takes && labels[i] === hole) ||
        (Math.floor(i / width) - row) ** 2 + ((i % width) - col) ** 2 <= reach ** 2,
    )
    const positive = Uint8Array.from(logOdds, (value) => (value > 0 ? 1 : 0))
    const clicked = { left: col, top: row, width: 1, height: 1 }
    const around = widenExtent(clicked, reach, working)
    const whole = joinExtents(extentOf(positive, width, height, 0), around) ?? around
    const window = widenExtent(whole, 1, working)
    const ground = groundOfPoint(point, window, crop(logOdds, width, window), working)
    const found = [...logOdds.keys()].filter((i) => ground && isInPiece(ground, i, width))
    expect(found).toEqual(expected)
  }
})

it('counts the pixels of an object as on the whole raster', async () => {
  const random = randomSource(8)
  const [width, height] = [36, 28]
  const working = gridOf(width, height, 2, 0)
  for (let round = 0; round < 40; round++) {
    const posterior = Int8Array.from(blobs(random, width, height))
    const member = Uint8Array.from(blobs(random, width, height), (value) => (value > -20 ? 1 : 0))
    if (round % 8 === 0) member.fill(0)
    const membership = { member, extent: extentOf(member, width, height, 1), doubts: [] }
    const corrections = [0, 1].map((label) => {
      const pixels = Int32Array.from({ length: 12 }, () => Math.floor(random() * posterior.length))
      return createCorrection(0, pixels, new Uint8Array(12).fill(label))
    })
    const logOdds = objectLogOdds(membership, posterior, width)
    closeSpecks(logOdds, working, { left: 0, top: 0, width, height })
    applyCorrections(corrections, 0, [0], logOdds)
    const expected = logOdds.filter((value) => value > 0).length
    const areaOf = objectAreas({ membership, corrections }, async () => posterior, [0], working)
    expect(await areaOf(0)).toBe(expected)
  }
})

it('finds where an accepted mask differs as on the whole raster', () => {
  const random = randomSource(9)
  const [width, height] = [36, 28]
  const working = gridOf(width, height, 2, 0)
  for (let round = 0; round < 30; round++) {
    const posterior = Int8Array.from(blobs(random, width, height))
    const member = Uint8Array.from(blobs(random, width, height), (value) => (value > 0 ? 1 : 0))
    const accepted = Uint8Array.from(blobs(random, width, height), (value) => (value > 0 ? 1 : 0))
    if (round % 7 === 0) accepted.fill(0)
    if (round % 5 === 0) member.fill(0)
    const membership = { member, extent: extentOf(member, width, height, 1), doubts: [] }
    const logOdds = objectLogOdds(membership, posterior, width)
    const expected = Array.from(accepted, (_, i) => i).filter(
      (i) => accepted[i] !== ((logOdds[i] as number) > 0 ? 1 : 0),
    )
    const { pixels, labels } = correctionOfMask(3, accepted, membership, posterior, working)
    expect([...pixels]).toEqual(expected)
    expect([...labels]).toEqual(expected.map((i) => accepted[i]))
  }
})
