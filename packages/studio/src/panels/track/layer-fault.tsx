import type { ReactElement } from 'react'
import { trackedOf } from '../../state/held-masks.ts'
import { hrefOf } from '../../state/router.ts'
import { useStudio } from '../../state/store.ts'
import { type TrackState, trackStore, useTrack } from '../../state/track-store.ts'
import { wordsOfError } from '../../words/error-words.ts'
import { useWords } from '../../words/use-words.ts'

type Fault = NonNullable<TrackState['layerFault']>

/** Why what lies over the picture is not there, beside the switch. */
export function OverFault(): ReactElement {
  const words = useWords()
  const fault = useTrack((state) => state.layerFault)
  const isUnknown = useIsWithoutProbability()
  const said = fault && fault.layer !== 'base' ? wordsOfError(words, fault.error) : null
  return (
    <div role="alert" className="layer-fault" hidden={!said && !isUnknown}>
      {said ? (
        <>
          <strong>{words.track.layers.fault} </strong>
          {said.lead} {said.message} {said.hint}
        </>
      ) : (
        isUnknown && words.track.layers.noProbability
      )}
    </div>
  )
}

function useIsWithoutProbability(): boolean {
  const isWanted = useTrack((state) => state.hasProbability)
  return useStudio(({ detail, sceneId, objectId }) => {
    if (!isWanted || !detail || sceneId === null) return false
    return !trackedOf(detail, { sceneId, objectId })?.probability
  })
}

/** In place of a picture that cannot be shown: why, and what to do. */
export function PictureFault({ onRetry }: { onRetry(): void }): ReactElement {
  const words = useWords().track.layers
  const fault = useTrack((state) => state.layerFault)
  const base = useTrack((state) => state.base)
  return (
    <div role="alert">
      {fault?.layer === 'base' && (
        <div className="picture-fault">
          <FaultWords fault={fault} isHillshade={base === 'hillshade'} />
          <p className="row">
            {base !== 'ndvi' && (
              <button
                type="button"
                className="button primary"
                onClick={() => trackStore.set({ base: 'ndvi' })}
              >
                {words.showNdvi}
              </button>
            )}
            <button type="button" className="button" onClick={onRetry}>
              {words.retry}
            </button>
          </p>
        </div>
      )}
    </div>
  )
}

function FaultWords({
  fault: { error },
  isHillshade,
}: {
  fault: Fault
  isHillshade: boolean
}): ReactElement {
  const words = useWords()
  const { layers } = words.track
  const siteId = useStudio((state) => state.siteId)
  const isAnalysed = useStudio(({ detail }) => detail?.stage === 'analysed')
  if (isHillshade && error.code === 'not-found' && siteId !== null) {
    return (
      <>
        <strong>{layers.noElevations}</strong>
        <p>
          {isAnalysed ? layers.noElevationsFound : layers.noElevationsYet}{' '}
          <a href={hrefOf({ page: 'analysis', siteId, sceneId: null })}>{layers.toAnalysis}</a>
        </p>
      </>
    )
  }
  if (error.code === 'server-lost') return <p>{layers.notRead}</p>
  const said = wordsOfError(words, error)
  return (
    <>
      <strong>{layers.fault}</strong>
      <p>
        {said.lead} {said.message} {said.hint}
      </p>
    </>
  )
}
