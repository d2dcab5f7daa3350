import type { ReactElement } from 'react'
import { Icon } from '../../shell/icons.tsx'
import { frameInView } from '../../state/actions-track.ts'
import { useStudio } from '../../state/store.ts'
import { BASES, type Base, trackStore, useTrack } from '../../state/track-store.ts'
import { wordsOfError } from '../../words/error-words.ts'
import { useWords } from '../../words/use-words.ts'
import type { FrameMapLink } from './frame-map-link.ts'
import { SwipeMenu } from './swipe-menu.tsx'

const OVER = [
  'hasStretch',
  'hasMask',
  'hasOutline',
  'hasProbability',
  'hasValidity',
  'hasYears',
] as const

/** Which picture, what lies over it, and zoom. */
export function LayerMenu({ link }: { link: FrameMapLink | null }): ReactElement {
  const words = useWords().track
  return (
    <div className="map-corner">
      <LayerFault />
      <SwipeMenu />
      <details className="menu">
        <summary className="button">
          <Icon name="layers" />
          {words.layers.title}
        </summary>
        <div className="menu-list layer-list">
          <BaseChoice />
          <OverChoice />
        </div>
      </details>
      <div className="zoom-buttons">
        <button
          type="button"
          className="button icon"
          aria-label={words.map.zoomIn}
          title={words.map.zoomIn}
          onClick={() => link?.map.zoomBy(1)}
        >
          +
        </button>
        <button
          type="button"
          className="button icon"
          aria-label={words.map.zoomOut}
          title={words.map.zoomOut}
          onClick={() => link?.map.zoomBy(-1)}
        >
          −
        </button>
        <button
          type="button"
          className="button icon"
          aria-label={words.map.fit}
          title={words.map.fit}
          onClick={() => link?.map.fit()}
        >
          <Icon name="view" />
        </button>
      </div>
    </div>
  )
}

function BaseChoice(): ReactElement {
  const words = useWords().track.layers
  const base = useTrack((state) => state.base)
  const files = useStudio(({ detail, sceneId }) => frameInView(detail, sceneId)?.files ?? null)
  const isMissing: Record<Base, boolean> = {
    ndvi: false,
    truecolour: files?.trueColour === null,
    falsecolour: files?.falseColour === null,
    hillshade: false,
  }
  return (
    <fieldset>
      <legend>{words.picture}</legend>
      {BASES.map((one, i) => (
        <label key={one} className="choice-line" data-off={isMissing[one] || undefined}>
          <input
            type="radio"
            name="base"
            checked={one === base}
            disabled={isMissing[one]}
            onChange={() => trackStore.set({ base: one })}
          />
          {words[one]}
          <span className="spread" />
          {isMissing[one] ? <span className="muted">{words.missing}</span> : <kbd>{i + 1}</kbd>}
        </label>
      ))}
    </fieldset>
  )
}

function OverChoice(): ReactElement {
  const words = useWords().track.layers
  const state = useTrack((all) => all)
  const names = {
    hasStretch: [words.stretch, 'S'],
    hasMask: [words.mask, 'M'],
    hasOutline: [words.outline, 'O'],
    hasProbability: [words.probability, '5'],
    hasValidity: [words.validity, '6'],
    hasYears: [words.years, 'Y'],
  } as const
  return (
    <fieldset>
      <legend>{words.over}</legend>
      {OVER.map((one) => (
        <label key={one} className="choice-line">
          <input
            type="checkbox"
            checked={state[one]}
            onChange={({ target }) => trackStore.set({ [one]: target.checked })}
          />
          {names[one][0]}
          <span className="spread" />
          <kbd>{names[one][1]}</kbd>
        </label>
      ))}
      <label className="opacity-line">
        {words.opacity}
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={state.opacity}
          disabled={!state.hasMask}
          onChange={({ target }) => trackStore.set({ opacity: target.valueAsNumber })}
        />
      </label>
    </fieldset>
  )
}

/** Why a layer is not there, beside the switch. */
function LayerFault(): ReactElement {
  const words = useWords()
  const fault = useTrack((state) => state.layerFault)
  const said = fault && wordsOfError(words, fault.error)
  return (
    <div role="alert" className="layer-fault" hidden={!said}>
      {said && (
        <>
          <strong>{words.track.layers.fault} </strong>
          {said.lead} {said.message} {said.hint}
        </>
      )}
    </div>
  )
}
