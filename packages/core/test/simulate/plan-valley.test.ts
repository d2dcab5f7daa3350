import { describe, expect, it } from 'vitest'
import { ScarlineError } from '../../src/errors.ts'
import { planValley } from '../../src/simulate/plan-valley.ts'
import type { SimulateOptions } from '../../src/simulate/valley-plan.ts'

describe('planValley', () => {
  const plan = planValley()

  it('is a plain function of its options', () => {
    expect(planValley()).toEqual(plan)
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
    expect(planValley({ seed: 2 })).not.toEqual(plan)
  })

  it('lays the site on the pixels of its tile', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { imageGrid, truthGrid, tile } = planValley({ seed })
      const col = (imageGrid.transform[2] - tile.transform[2]) / 10
      const row = (tile.transform[5] - imageGrid.transform[5]) / 10
      expect([col, row].every(Number.isInteger)).toBe(true)
      expect(Math.max(col, row) + imageGrid.width).toBeLessThan(tile.sizePx)
      expect(truthGrid.width).toBe(imageGrid.width * 5)
    }
  })

  it('chooses irregular dates in time order inside the span', () => {
    const days = plan.scenes.map(({ day }) => day)
    const gaps = days.slice(1).map((day, i) => day - (days[i] as number))
    expect(plan.scenes).toHaveLength(152)
    expect(Math.min(...gaps)).toBeGreaterThan(0)
    expect(new Set(gaps).size).toBeGreaterThan(8)
    expect((plan.scenes[0]?.date ?? '') >= plan.from).toBe(true)
    expect((plan.scenes.at(-1)?.date ?? '') <= plan.to).toBe(true)
    expect(
      plan.scenes.every(({ platform, date }) => platform === 'sentinel-2a' || date > '2017-06'),
    ).toBe(true)
  })

  it('has passes shortly before and after each event', () => {
    for (const seed of [1, 2, 3]) {
      for (const scenario of ['baige', 'sela'] as const) {
        const { scenes, events } = planValley({ seed, scenario, sceneCount: 40 })
        expect(scenes).toHaveLength(40)
        for (const event of events) {
          const offsets = scenes.map(({ date }) => Date.parse(date) - Date.parse(event.date))
          const within = (from: number, to: number): boolean =>
            offsets.some((ms) => ms >= from * 86_400_000 && ms <= to * 86_400_000)
          expect([within(-6, -1), within(0, 6)]).toEqual([true, true])
        }
      }
    }
  })

  it('starts with a clear frame, for prompts', () => {
    for (const seed of [1, 2, 3, 4]) {
      expect(planValley({ seed }).scenes[0]).toMatchObject({
        clouds: null,
        snowLineM: null,
        swath: null,
        twin: null,
      })
    }
  })

  it('has the difficulties of the archive', () => {
    const scenes = [1, 2, 3].flatMap((seed) => planValley({ seed }).scenes)
    const share = (test: (scene: (typeof scenes)[number]) => boolean): number =>
      scenes.filter(test).length / scenes.length
    expect(share(({ clouds }) => clouds !== null)).toBeGreaterThan(0.3)
    expect(share(({ clouds }) => clouds !== null)).toBeLessThan(0.6)
    expect(share(({ snowLineM }) => snowLineM !== null)).toBeGreaterThan(0.04)
    expect(share(({ swath }) => swath !== null)).toBeGreaterThan(0.03)
    expect(share(({ twin }) => twin !== null)).toBeGreaterThan(0.03)
    expect(share(({ haze }) => haze > 0.01)).toBeGreaterThan(0.07)
    expect(share(({ bareAsCloud }) => bareAsCloud)).toBeGreaterThan(0.02)
    const size = (refined: boolean): number => {
      const shifts = scenes
        .filter(({ date }) => date >= '2021-03-30' === refined)
        .map(({ shiftM }) => Math.hypot(shiftM.east, shiftM.north))
      return shifts.reduce((sum, v) => sum + v, 0) / shifts.length
    }
    expect(size(false)).toBeGreaterThan(3.5)
    expect(size(true)).toBeLessThan(2.5)
  })

  it('adds the offset from baseline 04.00 on, not always as the metadata say', () => {
    const scenes = [1, 2, 3, 4].flatMap((seed) => planValley({ seed }).scenes)
    const old = scenes.filter(({ baseline }) => baseline < '04')
    const recent = scenes.filter(({ baseline }) => baseline >= '04')
    expect(
      old.some(({ offsetInPixels, offsetInMetadata }) => offsetInPixels || offsetInMetadata),
    ).toBe(false)
    expect(recent.every(({ offsetInMetadata }) => offsetInMetadata === -0.1)).toBe(true)
    const added = recent.filter(({ offsetInPixels }) => offsetInPixels).length / recent.length
    expect(added).toBeGreaterThan(0.2)
    expect(added).toBeLessThan(0.5)
    const wrong = recent.filter((s) => s.offsetInPixels === s.offsetAppliedInMetadata)
    expect(wrong.length).toBeGreaterThan(0)
    expect(wrong.length / recent.length).toBeLessThan(0.15)
  })

  it.each<[SimulateOptions, string]>([
    [{ scenario: 'other' as never }, 'expected baige or sela'],
    [{ seed: 1.5 }, 'whole number'],
    [{ sizeM: 1210 }, 'multiple of 20'],
    [{ sizeM: Number.NaN }, 'multiple of 20'],
    [{ from: '2018-02-30' }, 'expected a date'],
    [{ from: '2020-01-01', to: '2019-01-01' }, 'expected it before'],
    [{ sceneCount: 0 }, 'expected 1 to 1000'],
    [{ from: '2017-01-01', to: '2017-01-01' }, 'at least one'],
  ])('refuses %j', (options, message) => {
    const attempt = (): unknown => planValley(options)
    expect(attempt).toThrow(ScarlineError)
    expect(attempt).toThrow(message)
  })
})
