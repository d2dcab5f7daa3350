import type { ReactElement } from 'react'
import { IconButton } from '../../shell/icon-button.tsx'
import { Icon } from '../../shell/icons.tsx'
import { Menu } from '../../shell/menu.tsx'
import { frameInView } from '../../state/actions-track.ts'
import { useStudio } from '../../state/store.ts'
import { BASES, type Base, trackStore, useTrack } from '../../state/track-store.ts'
import { useWords } from '../../words/use-words.ts'
import type { FrameMapLink } from './frame-map-link.ts'
import { OverFault } from './layer-fault.tsx'
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
      <OverFault />
      <SwipeMenu />
      <Menu
        sign={
          <>
            <Icon name="layers" />
            {words.layers.title}
          </>
        }
      >
        {() => (
          <div className="menu-list layer-list">
            <BaseChoice />
            <OverChoice />
          </div>
        )}
      </Menu>
      <div className="zoom-buttons">
        <IconButton icon="plus" label={words.map.zoomIn} onClick={() => link?.map.zoomBy(1)} />
        <IconButton icon="minus" label={words.map.zoomOut} onClick={() => link?.map.zoomBy(-1)} />
        <IconButton icon="view" label={words.map.fit} onClick={() => link?.map.fit()} />
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
