import { describe, expect, it } from 'vitest'
import { halfSeenSince, trackHeldChange } from '../../src/analysis/held-change.ts'
import { VALIDITY } from '../../src/model/validity.ts'

/** One pixel's sights, `.` where a frame did not see it: gained and lost by frame. */
function follow(sights: string): string {
  const held = trackHeldChange(1)
  for (const sight of sights) {
    const hidden = sight === '.'
    held.add(
      Uint8Array.of(sight === '1' ? 1 : 0),
      Uint8Array.of(hidden ? VALIDITY.cloud : VALIDITY.clear),
    )
  }
  return held
    .finish()
    .map(({ gainedPx, lostPx }) => (gainedPx > 0 ? '+' : lostPx > 0 ? '-' : '0'))
    .join('')
}

describe('held change', () => {
  it('is of the frame that first shows it, when three sights before and three from it on agree', () => {
    expect(follow('0001111')).toBe('000+000')
    expect(follow('1111000')).toBe('0000-00')
  })

  it('looks past frames that did not see the ground', () => {
    expect(follow('00..1.1.1')).toBe('0000+0000')
  })

  it('is not what comes and goes', () => {
    expect(follow('0001100')).toBe('0000000')
    expect(follow('0001000111')).toBe('0000000+00')
  })

  it('makes do with the sights that there are at the ends of a series', () => {
    expect(follow('0111')).toBe('0+00')
    expect(follow('0001')).toBe('000+')
  })
})

describe('when ground that was gained had last been seen', () => {
  /** Pixels' sights: the frame that at least half of what `frame` was first to show was last seen on. */
  function sinceOf(frame: number, ...pixels: string[]): number | null {
    const held = trackHeldChange(pixels.length)
    for (const [t] of [...(pixels[0] as string)].entries()) {
      held.add(
        Uint8Array.from(pixels, (sights) => (sights[t] === '1' ? 1 : 0)),
        Uint8Array.from(pixels, (sights) => (sights[t] === '.' ? VALIDITY.cloud : VALIDITY.clear)),
      )
    }
    return halfSeenSince(held.finish()[frame]!)
  }

  it('is the frame before, where that saw half of it', () => {
    expect(sinceOf(4, '0000111', '000.111')).toBe(3)
  })

  it('is an earlier frame, where those between were hidden for most of it', () => {
    expect(sinceOf(4, '0000111', '00..111', '00..111')).toBe(1)
  })

  it('is not known where nothing was gained', () => {
    expect(sinceOf(4, '0000000')).toBeNull()
  })
})
