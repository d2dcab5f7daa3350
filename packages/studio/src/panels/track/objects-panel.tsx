import type { SiteDetail, TrackedFrame } from '@scarline/core/model'
import { type ReactElement, useMemo } from 'react'
import { objectToken } from '../../map/object-colours.ts'
import { Icon } from '../../shell/icons.tsx'
import { addObject, chooseObject, objectIds } from '../../state/actions-track.ts'
import { useStudio } from '../../state/store.ts'
import { useTrack } from '../../state/track-store.ts'
import { useWords } from '../../words/use-words.ts'

/** The objects that are followed; clicks go to the one that is chosen. */
export function ObjectsPanel({ detail }: { detail: SiteDetail }): ReactElement {
  const words = useWords().track.objects
  const chosen = useStudio((state) => state.objectId)
  const added = useTrack((state) => state.newObjects)
  const counts = useMemo(() => maskCounts(detail.track?.frames ?? []), [detail.track])
  return (
    <section className="side-part" aria-labelledby="objects-title">
      <header>
        <h2 id="objects-title">{words.title}</h2>
        <span className="spread" />
        <button
          type="button"
          className="button quiet"
          title={`${words.add} (⇧J)`}
          onClick={addObject}
        >
          <Icon name="plus" />
          {words.add}
        </button>
      </header>
      <div className="object-list" role="radiogroup" aria-labelledby="objects-title">
        {objectIds(detail, added).map((id) => {
          const prompts = detail.objects.find((one) => one.id === id)?.prompts ?? 0
          // Counted here: masks arrive one by one.
          const masks = counts.get(id) ?? 0
          return (
            <label key={id} className="object-line" data-chosen={id === chosen || undefined}>
              <input
                type="radio"
                name="object"
                className="hidden"
                checked={id === chosen}
                onChange={() => chooseObject(id)}
              />
              <i style={{ background: `var(${objectToken(id)})` }} aria-hidden="true" />
              <span>{words.name(id)}</span>
              <span className="spread" />
              <span className="muted">
                {prompts + masks > 0 ? words.facts(prompts, masks) : words.none}
              </span>
            </label>
          )
        })}
      </div>
    </section>
  )
}

function maskCounts(masks: readonly TrackedFrame[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { objectId } of masks) counts.set(objectId, (counts.get(objectId) ?? 0) + 1)
  return counts
}
