import { describe, expect, it } from 'vitest'
import { preferenceIn } from '../../src/state/preferences.ts'

describe('preferenceIn', () => {
  it('finds a choice among other cookies', () => {
    const cookies = 'a=b; scarline-language=zh; scarline-basemap=https%3A%2F%2Ft.org%2F%7Bz%7D'
    expect(preferenceIn(cookies, 'language')).toBe('zh')
    expect(preferenceIn(cookies, 'basemap')).toBe('https://t.org/{z}')
    expect(preferenceIn(cookies, 'theme')).toBeNull()
  })

  it('takes a damaged cookie for none', () => {
    expect(preferenceIn('scarline-theme=%E0%A4%A', 'theme')).toBeNull()
  })
})
