import { describe, expect, it } from 'vitest'
import {
  type OffsetMetadata,
  type OffsetScene,
  decideOffsets,
  offsetFromMetadata,
  redStatistics,
} from '../../src/stac/offset.ts'

const METADATA: OffsetMetadata = {
  platform: 'S2A',
  capturedAt: '2023-06-01T00:00:00.000Z',
  processingBaseline: '05.09',
  boaOffsetApplied: null,
  rasterOffset: -0.1,
}

/** 900 places: meadow (red 500, NIR 3000), rock (1800, 2200), and shade (400, 500) unless it is bright. */
function sceneOf(
  id: string,
  options: {
    addedDn: number
    bright?: boolean
    metadata?: Partial<OffsetMetadata>
    hidden?: boolean
  },
): OffsetScene {
  const redDn = new Uint16Array(900)
  const nirDn = new Uint16Array(900)
  for (let i = 0; i < 900; i++) {
    const kind = i % 3
    const [red, nir] = kind === 0 ? [500, 3000] : kind === 1 ? [1800, 2200] : [400, 500]
    const shown = options.bright && kind !== 1 ? 0 : 1
    redDn[i] = shown * ((red as number) + options.addedDn + ((i * 7) % 60))
    nirDn[i] = shown * ((nir as number) + options.addedDn + ((i * 11) % 60))
  }
  return {
    id,
    metadata: { ...METADATA, ...options.metadata },
    pixels: options.hidden
      ? { redDn: new Uint16Array(900), nirDn: new Uint16Array(900) }
      : { redDn, nirDn },
    redStatistics: redStatistics(redDn, 0),
  }
}
const decideOne = (scene: OffsetScene, others: OffsetScene[] = []) =>
  decideOffsets([scene, ...others]).get(scene.id)

describe('metadata alone', () => {
  it('say whether the offset is due and done', () => {
    const said = (changes: Partial<OffsetMetadata>) =>
      offsetFromMetadata({ ...METADATA, ...changes })
    expect(said({ boaOffsetApplied: true })).toBe('already-subtracted')
    expect(said({ boaOffsetApplied: false })).toBe('subtract')
    expect(said({ processingBaseline: '03.01' })).toBe('not-due')
    expect(said({ processingBaseline: null })).toBe('subtract')
    expect(said({ processingBaseline: null, capturedAt: '2020-01-01', rasterOffset: 0 })).toBe(
      'not-due',
    )
    expect(said({ processingBaseline: null, capturedAt: '2020-01-01' })).toBe('subtract')
    expect(said({ processingBaseline: '04.00', capturedAt: '2022-01-25' })).toBe('subtract')
  })
})

describe('pixels', () => {
  it('far below 1000 show that it was subtracted, whatever the metadata say', () => {
    const decision = decideOne(sceneOf('a', { addedDn: 0, metadata: { boaOffsetApplied: false } }))
    expect(decision).toMatchObject({ decision: 'already-subtracted', offsetReflectance: 0 })
    expect(decision?.contradiction).toContain('was done')
    expect(decision?.evidence['decidedBy']).toBe('red pixels')
  })

  it('of Earth Search that say -0.1 and applied are not subtracted from again', () => {
    const decision = decideOne(sceneOf('a', { addedDn: 0, metadata: { boaOffsetApplied: true } }))
    expect(decision).toMatchObject({ decision: 'already-subtracted', offsetReflectance: 0 })
    expect(decision?.contradiction).toContain('not to be applied again')
  })

  it('of an old baseline are left as they are', () => {
    const metadata = {
      processingBaseline: '02.10',
      rasterOffset: 0,
      capturedAt: '2019-06-01T00:00:00Z',
    }
    const decision = decideOne(sceneOf('a', { addedDn: 0, metadata }))
    expect(decision).toMatchObject({
      decision: 'not-due',
      offsetReflectance: 0,
      contradiction: null,
    })
  })

  it('that cannot tell leave it to the metadata', () => {
    const said = (boaOffsetApplied: boolean) =>
      decideOne(sceneOf('a', { addedDn: 0, bright: true, metadata: { boaOffsetApplied } }))
    expect(said(true)).toMatchObject({
      decision: 'already-subtracted',
      contradiction: expect.any(String),
    })
    expect(said(false)).toMatchObject({ decision: 'subtract', contradiction: null })
    expect(said(false)?.evidence['decidedBy']).toBe('metadata')
  })
})

describe('other scenes of the site', () => {
  const others = ['b', 'c', 'd'].map((id, i) =>
    sceneOf(id, {
      addedDn: 0,
      metadata: {
        processingBaseline: '02.10',
        rasterOffset: 0,
        capturedAt: `201${i + 7}-06-05T00:00:00.000Z`,
      },
    }),
  )

  it('show that a scene still holds the offset', () => {
    const scene = sceneOf('a', { addedDn: 1000, metadata: { boaOffsetApplied: true } })
    const decision = decideOne(scene, others)
    expect(decision).toMatchObject({ decision: 'subtract', offsetReflectance: -0.1 })
    expect(decision?.contradiction).toContain('still hold')
    expect(decision?.evidence['comparedScenes']).toBe(3)
  })

  it('show that a bright scene no longer holds it', () => {
    const scene = sceneOf('a', { addedDn: 0, bright: true, metadata: { boaOffsetApplied: false } })
    const decision = decideOne(scene, others)
    expect(decision).toMatchObject({ decision: 'already-subtracted', offsetReflectance: 0 })
    expect(decision?.evidence['decidedBy']).toBe('comparison with other scenes')
  })

  it('find an offset that the baseline does not know of', () => {
    const metadata = { processingBaseline: '03.00', rasterOffset: 0 }
    const decision = decideOne(sceneOf('a', { addedDn: 1000, metadata }), others)
    expect(decision).toMatchObject({ decision: 'subtract', offsetReflectance: -0.1 })
    expect(decision?.contradiction).toContain('1000 DN too many')
  })

  it('are not asked about a scene under cloud', () => {
    const scene = sceneOf('a', { addedDn: 1000, hidden: true })
    expect(decideOne(scene, others)?.evidence['comparedScenes']).toBe(0)
  })

  it('lead to the same whatever their order', () => {
    const scenes = [sceneOf('a', { addedDn: 1000 }), ...others]
    expect([...decideOffsets(scenes.toReversed())].toSorted()).toEqual(
      [...decideOffsets(scenes)].toSorted(),
    )
  })
})

describe('other missions', () => {
  it('keep the offset of their metadata', () => {
    const metadata = { platform: 'LANDSAT-8', rasterOffset: -0.2 }
    expect(decideOne(sceneOf('a', { addedDn: 0, metadata }))).toMatchObject({
      decision: 'not-applicable',
      offsetReflectance: -0.2,
    })
  })
})

describe('the red histogram', () => {
  it('leaves nodata out and gives quantiles', () => {
    const dn = Uint16Array.from({ length: 1000 }, (_, i) => (i < 500 ? 0 : i))
    const { farBelowPixels, validPixels, percentile1Dn, medianDn } = redStatistics(dn, 0)
    expect([farBelowPixels, validPixels, percentile1Dn, medianDn]).toEqual([300, 500, 504, 749])
    expect(redStatistics(new Uint16Array(5), 0).medianDn).toBeNull()
  })
})
