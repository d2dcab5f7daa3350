import { useEffect, useRef } from 'react'
import { type Store, createStore } from '../state/create-store.ts'
import type { Words } from '../words/use-words.ts'

/** A key, what it does, and how the help calls it. */
export interface Shortcut {
  /**
   * `KeyboardEvent.key` in lower case after the modifiers in this order: `ctrl+`, `alt+`, `shift+`;
   * `ctrl` stands for Command on a Mac too. A character that needs Shift is given as itself (`?`).
   * Two keys one after the other have a space between them: `g t`.
   */
  keys: readonly string[]
  /** Its line in the help. */
  says: (words: Words) => string
  run(event: KeyboardEvent): void
  /** Works while the pointer holds the focus of a text field too. */
  inFields?: boolean
}

/** The shortcuts of one part of the page, as the help lists them. */
export interface ShortcutGroup {
  title: (words: Words) => string
  shortcuts: readonly Shortcut[]
}

/** All groups in force; later ones win. */
export const shortcutStore: Store<{ groups: readonly ShortcutGroup[] }> = createStore({
  groups: [] as readonly ShortcutGroup[],
})

/** Puts shortcuts in force while the component is there. The group may be made anew at every render. */
export function useShortcuts(group: ShortcutGroup): void {
  const latest = useRef(group)
  latest.current = group
  useEffect(() => {
    const live: ShortcutGroup = {
      title: (words) => latest.current.title(words),
      get shortcuts() {
        return latest.current.shortcuts
      },
    }
    shortcutStore.set(({ groups }) => ({ groups: [...groups, live] }))
    return () => {
      shortcutStore.set(({ groups }) => ({ groups: groups.filter((one) => one !== live) }))
    }
  }, [])
}

/** The keys of an event as a shortcut writes them. */
export function keysOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase()
  const isCharacter = event.key.length === 1 && event.key !== ' '
  const isLetter = isCharacter && key !== event.key.toUpperCase()
  const shift = event.shiftKey && (!isCharacter || isLetter) ? 'shift+' : ''
  return `${event.ctrlKey || event.metaKey ? 'ctrl+' : ''}${event.altKey ? 'alt+' : ''}${shift}${key}`
}

const SEQUENCE_MS = 1_200

/** Listens to the whole page. @returns ends it */
export function startShortcuts(): () => void {
  let first = { keys: '', at: 0 }
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return
    const inField = isField(event.target)
    if (document.querySelector('dialog[open]')) return
    const keys = keysOf(event)
    if (ownsKey(event.target, keys)) return
    const sequence = event.timeStamp - first.at < SEQUENCE_MS ? `${first.keys} ${keys}` : null
    first = { keys: '', at: 0 }
    const shortcuts = [...shortcutStore.get().groups]
      .reverse()
      .flatMap((group) => group.shortcuts)
      .filter((one) => !inField || one.inFields)
    const found =
      shortcuts.find((one) => sequence !== null && one.keys.includes(sequence)) ??
      shortcuts.find((one) => one.keys.includes(keys))
    if (found) {
      event.preventDefault()
      found.run(event)
    } else if (shortcuts.some((one) => one.keys.some((known) => known.startsWith(`${keys} `)))) {
      first = { keys, at: event.timeStamp }
    }
  }
  addEventListener('keydown', onKey)
  return () => removeEventListener('keydown', onKey)
}

/** Whether the focused control itself answers to the key. */
function ownsKey(target: EventTarget | null, keys: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (keys === 'enter' || keys === 'space') {
    return target.closest('button, a[href], summary, input, [role=button], [role=tab]') !== null
  }
  return keys.startsWith('arrow') && target.matches('input[type=range], input[type=radio]')
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.matches('textarea, select')) return true
  return target.matches('input:not([type=checkbox], [type=radio], [type=button], [type=range])')
}
