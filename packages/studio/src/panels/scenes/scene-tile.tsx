import type { SceneListing } from '@scarline/core/model'
import { type ReactElement, memo } from 'react'
import { Icon } from '../../shell/icons.tsx'
import { Picture } from '../../shell/picture.tsx'
import { stateOfScene } from '../../state/actions-scenes.ts'
import { formatDay, formatShare } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { shortWords, stateWords, whyWords } from './scene-words.ts'

/** One scene of the sheet. */
export const SceneTile = memo(function SceneTile({
  scene,
  minValidFraction,
  isFocused,
  isSelected,
  onPick,
}: {
  scene: SceneListing
  minValidFraction: number
  isFocused: boolean
  isSelected: boolean
  onPick(id: string, extend: boolean): void
}): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const day = formatDay(scene.capturedAt)
  const state = stateOfScene(scene)
  const share = scene.validFraction
  const seen = share === null ? '' : formatShare(language, share)
  return (
    <div
      id={`scene-${scene.id}`}
      className="scene-tile"
      role="option"
      aria-selected={isSelected}
      data-state={state}
      data-focused={isFocused || undefined}
      title={whyWords(words, language, scene, minValidFraction)}
      onClick={(event) => onPick(scene.id, event.shiftKey)}
    >
      <div className="scene-picture">
        <Picture src={scene.thumbnail} alt="" otherwise={words.scenes.noPicture} />
        <span className="scene-state" aria-hidden="true">
          <Icon name={state === 'kept' ? 'check' : 'close'} />
        </span>
      </div>
      <div className="scene-line">
        <strong>{day}</strong>
        <span className="hidden">{stateWords(words, scene)}</span>
        <span className="spread" />
        <span>{seen}</span>
      </div>
      <ShareBar share={share ?? 0} least={minValidFraction} />
      <div className="scene-remarks muted">{shortWords(words, language, scene)}</div>
    </div>
  )
})

/** How much was seen, and how much is needed. */
function ShareBar({ share, least }: { share: number; least: number }): ReactElement {
  return (
    <svg className="share-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect className="share-all" width="100" height="4" />
      <rect className="share-seen" width={share * 100} height="4" />
      <rect className="share-least" x={least * 100 - 0.5} width="1" height="4" />
    </svg>
  )
}
