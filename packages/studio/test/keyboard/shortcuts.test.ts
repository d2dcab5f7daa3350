import { describe, expect, it } from 'vitest'
import { keysOf } from '../../src/keyboard/shortcuts.ts'

function press(key: string, held: Partial<Parameters<typeof keysOf>[0]> = {}): string {
  return keysOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })
}

describe('keysOf', () => {
  it('names letters in lower case, with Shift where it is held', () => {
    expect(press('k')).toBe('k')
    expect(press('K')).toBe('k')
    expect(press('Z', { ctrlKey: true, shiftKey: true })).toBe('ctrl+shift+z')
  })

  it('takes Command for Control', () => {
    expect(press('z', { metaKey: true })).toBe('ctrl+z')
  })

  it('gives characters that need Shift as themselves', () => {
    expect(press('?', { shiftKey: true })).toBe('?')
    expect(press('+', { shiftKey: true })).toBe('+')
  })

  it('names other keys, and Shift with them', () => {
    expect(press('ArrowLeft', { shiftKey: true })).toBe('shift+arrowleft')
    expect(press(' ')).toBe('space')
    expect(press('Escape')).toBe('escape')
  })
})
