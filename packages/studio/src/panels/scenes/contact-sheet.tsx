import type { SceneListing } from '@scarline/core/model'
import { type ReactElement, type RefObject, useCallback, useEffect, useRef } from 'react'
import { useShortcuts } from '../../keyboard/shortcuts.ts'
import { chooseAll } from '../../state/actions-scenes.ts'
import { type Words, useWords } from '../../words/use-words.ts'
import { SceneTile } from './scene-tile.tsx'
import { type Move, type Selection, moveSelection, selectedIds } from './selection.ts'

/** The scenes as pictures; arrows move, K keeps, R rejects. */
export function ContactSheet({
  scenes,
  minValidFraction,
  selection,
  onSelection,
  onOpen,
}: {
  scenes: readonly SceneListing[]
  minValidFraction: number
  selection: Selection
  onSelection(selection: Selection): void
  onOpen(): void
}): ReactElement {
  const words = useWords()
  const sheet = useRef<HTMLDivElement>(null)
  const ids = scenes.map(({ id }) => id)
  const selected = new Set(selectedIds(selection, ids))
  useSheetKeys({ sheet, ids, selection, selected: [...selected], onSelection, onOpen })
  useEffect(() => {
    if (selection.focusId === null) return
    document.getElementById(`scene-${selection.focusId}`)?.scrollIntoView({ block: 'nearest' })
  }, [selection.focusId])
  const anchor = useRef(selection)
  anchor.current = selection
  const onPick = useCallback(
    (id: string, extend: boolean) =>
      onSelection({ focusId: id, anchorId: extend ? anchor.current.anchorId : id }),
    [onSelection],
  )
  return (
    <div
      ref={sheet}
      className="scroll contact-sheet"
      role="listbox"
      aria-multiselectable="true"
      aria-label={words.scenes.sheet}
      aria-activedescendant={selection.focusId === null ? undefined : `scene-${selection.focusId}`}
      tabIndex={0}
    >
      {scenes.map((scene) => (
        <SceneTile
          key={scene.id}
          scene={scene}
          minValidFraction={minValidFraction}
          isFocused={scene.id === selection.focusId}
          isSelected={selected.has(scene.id)}
          onPick={onPick}
        />
      ))}
    </div>
  )
}

function useSheetKeys({
  sheet,
  ids,
  selection,
  selected,
  onSelection,
  onOpen,
}: {
  sheet: RefObject<HTMLDivElement | null>
  ids: readonly string[]
  selection: Selection
  selected: readonly string[]
  onSelection(selection: Selection): void
  onOpen(): void
}): void {
  const go = (move: Move, extend = false): void => {
    const columns = sheet.current ? columnsOf(sheet.current) : 1
    onSelection(moveSelection(selection, ids, move, { columns, extend }))
  }
  const key =
    (name: keyof Words['scenes']['key']) =>
    (words: Words): string =>
      words.scenes.key[name]
  useShortcuts({
    title: (w) => w.scenes.keys,
    shortcuts: [
      {
        keys: ['arrowleft', 'arrowright'],
        says: key('move'),
        run: (event) => go(event.key === 'ArrowLeft' ? 'left' : 'right'),
      },
      {
        keys: ['arrowup', 'arrowdown'],
        says: key('rows'),
        run: (event) => go(event.key === 'ArrowUp' ? 'up' : 'down'),
      },
      {
        keys: ['shift+arrowleft', 'shift+arrowright', 'shift+arrowup', 'shift+arrowdown'],
        says: key('extend'),
        run: (event) => go(MOVES[event.key] ?? 'right', true),
      },
      {
        keys: ['home', 'end'],
        says: key('ends'),
        run: (event) => go(event.key === 'Home' ? 'first' : 'last'),
      },
      {
        keys: ['ctrl+a'],
        says: key('all'),
        run: () => onSelection({ anchorId: ids[0] ?? null, focusId: ids.at(-1) ?? null }),
      },
      { keys: ['k'], says: key('keep'), run: () => void chooseAll(selected, true) },
      { keys: ['r'], says: key('reject'), run: () => void chooseAll(selected, false) },
      { keys: ['enter'], says: key('open'), run: onOpen },
    ],
  })
}

const MOVES: Readonly<Record<string, Move>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

function columnsOf(sheet: HTMLElement): number {
  return Math.max(1, getComputedStyle(sheet).gridTemplateColumns.split(' ').length)
}
