import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { StepKind } from '@scarline/core/model'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/words/en.ts'
import { pickLanguage } from '../../src/words/language.ts'
import { CATALOGUES } from '../../src/words/use-words.ts'
import { zh } from '../../src/words/zh.ts'

type Leaf = { path: string; value: unknown }

function leavesOf(value: unknown, path = ''): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([key, one]) => leavesOf(one, `${path}.${key}`))
}

describe('the catalogue', () => {
  const english = leavesOf(en)
  const chinese = new Map(leavesOf(zh).map(({ path, value }) => [path, value]))

  it('has the same texts in every language', () => {
    expect([...chinese.keys()].sort()).toEqual(english.map(({ path }) => path).sort())
    for (const { path, value } of english) expect(typeof chinese.get(path), path).toBe(typeof value)
  })

  it('leaves no text empty', () => {
    for (const catalogue of Object.values(CATALOGUES)) {
      for (const { path, value } of leavesOf(catalogue)) {
        if (typeof value === 'string') expect(value.trim(), path).not.toBe('')
      }
    }
  })

  it('says nothing in Chinese with unresolved English sentences', () => {
    const isSentence = (text: string): boolean => /^[A-Za-z][a-z]+( [a-z]+){3,}/.test(text)
    for (const [path, value] of chinese) {
      if (typeof value === 'string') expect(isSentence(value), `${path}: ${value}`).toBe(false)
    }
  })
})

describe('a step that can be taken back', () => {
  // Complete by its type.
  const kinds: Record<StepKind, true> = {
    'scenes-kept': true,
    'scenes-rejected': true,
    'scenes-chosen': true,
    'positive-added': true,
    'negative-added': true,
    'box-added': true,
    'region-added': true,
    'region-taken': true,
    'prompts-removed': true,
    locked: true,
    unlocked: true,
  }

  it('has words in every language, not the name it goes by in files', () => {
    for (const kind of Object.keys(kinds)) {
      expect(en.step({ kind, count: 1 }), kind).not.toContain(kind)
      expect(zh.step({ kind, count: 1 }), kind).not.toMatch(/[a-z]/)
    }
  })
})

describe('the page', () => {
  it('has no text of its own outside the catalogue', () => {
    const src = resolve(import.meta.dirname, '../../src')
    const found = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.tsx'))
      .flatMap((name) => {
        const text = readFileSync(join(src, name), 'utf8')
        const inside = [...text.matchAll(/>\s*([A-Za-z][A-Za-z ,.’']{3,})\s*<\//g)]
        const labels = [
          ...text.matchAll(/(?:aria-label|title|placeholder|alt)="([A-Za-z](?!ttps?:)[^"]*)"/g),
        ]
        return [...inside, ...labels].map((match) => `${name}: ${match[1]}`)
      })
    expect(found).toEqual([])
  })
})

describe('pickLanguage', () => {
  it('goes by what was chosen, then by the browser, then English', () => {
    expect(pickLanguage('en', ['zh-CN'])).toBe('en')
    expect(pickLanguage(null, ['fr-FR', 'zh-Hans-CN', 'en'])).toBe('zh')
    expect(pickLanguage('xx', ['fr'])).toBe('en')
    expect(pickLanguage(null, [])).toBe('en')
  })
})
