import { describe, expect, it } from 'vitest'
import { planFrames } from '../../src/frames/plan-frames.ts'
import { frameHistogram, planThresholds } from '../../src/frames/plan-thresholds.ts'
import type { BandWindow, Scene } from '../../src/model/scene.ts'
import { seeded } from '../raster/ground.ts'

function scene(id: string, capturedAt: string, bands: string[], kept = true): Scene {
  const windows = Object.fromEntries(bands.map((band) => [band, {} as BandWindow]))
  return {
    ...{ id, capturedAt, kept, status: 'read' },
    parts: [{ itemId: id, bands: windows, processingBaseline: null }],
  } as unknown as Scene
}

describe('planFrames', () => {
  it('orders kept scenes in time, numbers from 0 and names colour pictures where bands exist', () => {
    const frames = planFrames([
      scene('S2B_20180301', '2018-03-01T04:00:00Z', ['red', 'nir']),
      scene('S2A_20170116', '2017-01-16T04:00:00Z', ['red', 'nir', 'green', 'blue']),
      scene('S2A_20170120', '2017-01-20T04:00:00Z', ['red', 'nir'], false),
      scene('S2A_20170201', '2017-02-01T04:00:00Z', ['nir', 'red', 'green']),
    ])
    expect(frames.map((f) => f.files.picture)).toEqual([
      'frames/0000_2017-01-16.png',
      'frames/0001_2017-02-01.png',
      'frames/0002_2018-03-01.png',
    ])
    expect(frames[0]?.files.trueColour).toBe('true-colour/0000_2017-01-16.png')
    expect(frames[1]?.files.trueColour).toBeNull()
    expect(frames[1]?.files.falseColour).toBe('false-colour/0001_2017-02-01.png')
    expect(frames[2]?.files.falseColour).toBeNull()
  })
})

describe('planThresholds', () => {
  const random = seeded(2)
  /** A fifth of bare ground at NDVI 0.09, the rest green at `level`. */
  const frame = (level: number) => {
    const ndvi = Float32Array.from({ length: 5000 }, (_, i) => {
      const spread = (random() + random() + random() - 1.5) / 1.5
      return i % 5 === 0 ? 0.09 + 0.03 * spread : level + 0.2 * level * spread
    })
    return frameHistogram(ndvi, new Uint8Array(5000).fill(1))
  }
  const levels = [0.14, 0.15, 0.3, 0.45, 0.5, 0.4, 0.2, 0.15]

  it('splits bare from green and raises the threshold with the vegetation', () => {
    const plan = planThresholds(levels.map(frame), 'auto')
    const at = (i: number): number => plan.frames[i]?.value as number
    expect(plan.siteThreshold.method).not.toBe('fixed')
    expect(at(0)).toBeGreaterThan(0.08)
    expect(at(0)).toBeLessThan(0.15)
    expect(at(4)).toBeGreaterThan(0.15)
    expect(at(4)).toBeLessThan(0.4)
    expect(plan.frames[4]?.seasonalRaise).toBeCloseTo((0.47 - 0.137) / 2, 1)
    expect(plan.histogram.counts.reduce((a, b) => a + b)).toBeGreaterThan(0)
  })

  it('uses a fixed setting as it is', () => {
    const plan = planThresholds(levels.map(frame), 0.12)
    expect(new Set(plan.frames.map((f) => f.value))).toEqual(new Set([0.12]))
    expect(plan.siteThreshold.method).toBe('fixed')
  })

  it('falls back to 0.1 and says so where nothing tells two classes apart', () => {
    const empty = frameHistogram(new Float32Array(10).fill(NaN), new Uint8Array(10).fill(1))
    const plan = planThresholds([empty], 'auto')
    expect(plan.frames[0]).toEqual({ value: 0.1, method: 'fixed', seasonalRaise: 0 })
    expect(plan.siteThreshold.note).toContain('the default')
  })
})
