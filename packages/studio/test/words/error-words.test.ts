import { describe, expect, it } from 'vitest'
import { sentenceOf } from '../../src/words/error-words.ts'

describe('words of the server', () => {
  it('stand on the page as sentences', () => {
    expect(sentenceOf('there is no site nowhere')).toBe('There is no site nowhere.')
    expect(sentenceOf('got edge=5, expected 120')).toBe('Got edge=5, expected 120.')
  })

  it('keep names as they are', () => {
    expect(sentenceOf('scenes.json is damaged')).toBe('scenes.json is damaged.')
    expect(sentenceOf('S2A_2017 was not read.')).toBe('S2A_2017 was not read.')
  })
})
