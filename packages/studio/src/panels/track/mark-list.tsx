import type { Prompt, PromptRemoval, SiteDetail } from '@scarline/core/model'
import { type ReactElement, useRef } from 'react'
import { IconButton } from '../../shell/icon-button.tsx'
import { removeMarks } from '../../state/actions-marks.ts'
import { promptsOf } from '../../state/held-masks.ts'
import { trackStore, useTrack } from '../../state/track-store.ts'
import { type Words, useWords } from '../../words/use-words.ts'

/** The marks of an object on a frame, each to be chosen or removed. */
export function MarkList({
  detail,
  sceneId,
  objectId,
}: {
  detail: SiteDetail
  sceneId: string
  objectId: number
}): ReactElement {
  const words = useWords()
  const { frame } = words.track
  const selectedId = useTrack((state) => state.selectedPromptId)
  const marks = useTrack((state) => state.marks)
  const prompts = promptsOf(detail.prompts, { sceneId, objectId })
  const isPending = marks.some((mark) => mark.sceneId === sceneId && mark.objectId === objectId)
  const list = useRef<HTMLDivElement>(null)
  const remove = async (removal: PromptRemoval): Promise<void> => {
    // The button goes with its mark: who came by Tab stays among the marks.
    list.current?.focus({ preventScroll: true })
    await removeMarks(removal)
  }
  return (
    <div className="marks" ref={list} tabIndex={-1}>
      <header>
        <h3>{frame.marks}</h3>
        {isPending && <span className="muted">{frame.pending}</span>}
        <span className="spread" />
        {prompts.length > 1 && (
          <button
            type="button"
            className="button quiet"
            onClick={() => void remove({ sceneId, objectId })}
          >
            {frame.removeAll}
          </button>
        )}
      </header>
      {prompts.length === 0 && !isPending && <p className="muted">{frame.noMarks}</p>}
      <ol>
        {prompts.map((prompt, i) => (
          <li key={prompt.id} data-chosen={prompt.id === selectedId || undefined}>
            <button
              type="button"
              className="link"
              aria-pressed={prompt.id === selectedId}
              onClick={() => trackStore.set({ selectedPromptId: prompt.id })}
            >
              <span className="mark-sign" data-kind={signOf(prompt)} aria-hidden="true" />
              {markWords(words, prompt)}
            </button>
            <IconButton
              isQuiet
              icon="close"
              label={frame.removeThis(markWords(words, prompt), i + 1)}
              title={frame.remove}
              onClick={() => void remove({ promptId: prompt.id })}
            />
          </li>
        ))}
      </ol>
    </div>
  )
}

function signOf(prompt: Prompt): string {
  if (prompt.kind !== 'point') return prompt.kind
  return prompt.positive ? 'positive' : 'negative'
}

function markWords({ track: { frame } }: Words, prompt: Prompt): string {
  if (prompt.kind === 'box') return frame.box
  if (prompt.kind === 'mask') return frame.painted
  return prompt.positive ? frame.positive : frame.negative
}
