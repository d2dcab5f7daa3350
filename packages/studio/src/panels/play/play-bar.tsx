import type { ReactElement } from 'react'
import { IconButton } from '../../shell/icon-button.tsx'
import { Icon } from '../../shell/icons.tsx'
import { useStore } from '../../state/create-store.ts'
import { type FilmLayer, SPEEDS, playStore } from '../../state/play-store.ts'
import { useWords } from '../../words/use-words.ts'
import { goToFrame, togglePlay } from './use-clock.ts'

/** Play, step, speed, and what is drawn. */
export function PlayBar({
  count,
  layers,
  hasMasks,
}: {
  count: number
  /** Layers that these frames have. */
  layers: readonly FilmLayer[]
  hasMasks: boolean
}): ReactElement {
  const { play } = useWords()
  const state = useStore(playStore, (one) => one)
  const { index, isPlaying } = state
  return (
    <div className="play-bar" role="toolbar" aria-label={play.controls}>
      <IconButton
        icon="left"
        label={play.previous}
        disabled={index <= 0}
        onClick={() => goToFrame(index - 1, count)}
      />
      <button
        type="button"
        className="button primary play-button"
        disabled={count < 2}
        onClick={() => togglePlay(count)}
      >
        <Icon name={isPlaying ? 'pause' : 'play'} />
        {isPlaying ? play.pause : play.play}
      </button>
      <IconButton
        icon="right"
        label={play.next}
        disabled={index >= count - 1}
        onClick={() => goToFrame(index + 1, count)}
      />
      <label title={play.speed}>
        <span className="hidden">{play.speed}</span>
        <select
          className="select"
          value={state.speed}
          onChange={({ target }) => {
            const speed = SPEEDS.find((one) => one === Number(target.value))
            if (speed !== undefined) playStore.set({ speed })
          }}
        >
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {play.times(String(speed))}
            </option>
          ))}
        </select>
      </label>
      <label title={play.pace}>
        <span className="hidden">{play.pace}</span>
        <select
          className="select"
          value={state.pace}
          onChange={({ target }) =>
            playStore.set({ pace: target.value === 'time' ? 'time' : 'frames' })
          }
        >
          <option value="frames">{play.paceFrames}</option>
          <option value="time">{play.paceTime}</option>
        </select>
      </label>
      {layers.length > 1 && (
        <label title={play.layer}>
          <span className="hidden">{play.layer}</span>
          <select
            className="select"
            value={state.layer}
            onChange={({ target }) => {
              const layer = layers.find((one) => one === target.value)
              if (layer) playStore.set({ layer })
            }}
          >
            {layers.map((layer) => (
              <option key={layer} value={layer}>
                {play.layers[layer]}
              </option>
            ))}
          </select>
        </label>
      )}
      <Check name="loops" says={play.loop} />
      {hasMasks && <Check name="hasBoundary" says={play.boundary} />}
      {hasMasks && <Check name="hasFirst" says={play.first} />}
    </div>
  )
}

function Check({
  name,
  says,
}: {
  name: 'loops' | 'hasBoundary' | 'hasFirst'
  says: string
}): ReactElement {
  const isOn = useStore(playStore, (state) => state[name])
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ target }) => playStore.set({ [name]: target.checked })}
      />
      {says}
    </label>
  )
}
