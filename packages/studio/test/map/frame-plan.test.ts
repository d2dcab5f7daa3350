import type { SiteDetail } from '@scarline/core/model'
import { expect, it } from 'vitest'
import { maskSource } from '../../src/map/frame-plan.ts'
import type { HeldMask } from '../../src/state/track-store.ts'

const OF = { sceneId: 'a', objectId: 1 }
const held = (isProvisional: boolean): HeldMask => ({
  ...{ ...OF, number: 7, areaM2: 1, confidence: null, fixedBy: null, isProvisional },
  source: { bits: { width: 1, height: 1, bits: Uint8Array.of(isProvisional ? 0 : 1) } },
  doubts: [],
  holdsFor: null,
})

it('draws a mask anew when its provisional answer is followed by another', () => {
  const detail = { track: null } as SiteDetail
  const [first, last] = [true, false].map((isProvisional) =>
    maskSource('site', detail, [held(isProvisional)], OF),
  )
  expect(first?.key).not.toBe(last?.key)
  expect(last?.from).toEqual(held(false).source)
})
