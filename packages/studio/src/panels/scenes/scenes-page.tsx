import type { SceneListing, SiteDetail } from '@scarline/core/model'
import { type ReactElement, useCallback, useEffect, useState } from 'react'
import { tellError } from '../../state/actions-notices.ts'
import { type SceneFilter, chooseAll, filterScenes } from '../../state/actions-scenes.ts'
import { loadScenes } from '../../state/actions-site.ts'
import { activeJob } from '../../state/apply-event.ts'
import { navigate } from '../../state/router.ts'
import { studioStore, useStudio } from '../../state/store.ts'
import { useWords } from '../../words/use-words.ts'
import { ContactSheet } from './contact-sheet.tsx'
import { EmptySheet } from './empty-sheet.tsx'
import { RasterDrop } from './raster-drop.tsx'
import { SceneDetail } from './scene-detail.tsx'
import { ScenesHead } from './scenes-head.tsx'
import { type Selection, selectedIds } from './selection.ts'
import { SiteHistogram } from './site-histogram.tsx'
import '../../style/scenes.css'

/** The page `#/sites/ID/scenes`. */
export function ScenesPage({ siteId }: { siteId: string }): ReactElement {
  const words = useWords()
  const detail = useStudio((state) => state.detail)
  const scenes = useStudio((state) => state.scenes)
  useFreshScenes(siteId)
  if (!detail || !scenes) return <p className="centre muted">{words.app.loading}</p>
  return (
    <RasterDrop>
      <Sheet siteId={siteId} detail={detail} scenes={scenes} />
    </RasterDrop>
  )
}

function Sheet({
  siteId,
  detail,
  scenes,
}: {
  siteId: string
  detail: SiteDetail
  scenes: readonly SceneListing[]
}): ReactElement {
  const words = useWords()
  const [filter, setFilter] = useState<SceneFilter>('all')
  const focusId = useStudio((state) => state.sceneId)
  const [anchorId, setAnchorId] = useState<string | null>(null)
  const selection: Selection = { anchorId, focusId }
  const select = useCallback((next: Selection): void => {
    setAnchorId(next.anchorId)
    studioStore.set({ sceneId: next.focusId })
  }, [])
  const { minValidFraction } = detail.site.settings
  const shown = filterScenes(scenes, filter)
  const chosen = selectedIds(
    selection,
    shown.map(({ id }) => id),
  )
  const focused = scenes.find(({ id }) => id === focusId)
  const open = (): void => {
    if (focused?.kept) navigate({ page: 'track', siteId, sceneId: focused.id })
  }
  return (
    <div className="page">
      <ScenesHead
        detail={detail}
        siteId={siteId}
        scenes={scenes}
        filter={filter}
        onFilter={setFilter}
      />
      <div className="scenes-body">
        {shown.length === 0 ? (
          <EmptySheet detail={detail} isFiltered={scenes.length > 0} />
        ) : (
          <ContactSheet
            scenes={shown}
            minValidFraction={minValidFraction}
            selection={selection}
            onSelection={select}
            onOpen={open}
          />
        )}
        <aside className="scenes-side">
          <div className="scroll">
            {focused ? (
              <SceneDetail scene={focused} minValidFraction={minValidFraction} />
            ) : (
              <p className="scene-detail muted">{words.scenes.pick}</p>
            )}
          </div>
          {chosen.length > 0 && <Choice ids={chosen} />}
          <SiteHistogram frames={detail.frames} />
        </aside>
      </div>
    </div>
  )
}

function Choice({ ids }: { ids: readonly string[] }): ReactElement {
  const words = useWords()
  const isMany = ids.length > 1
  return (
    <div className="scenes-choice">
      <button type="button" className="button" onClick={() => void chooseAll(ids, true)}>
        {isMany ? words.scenes.keepMany(ids.length) : words.scenes.keep} <kbd>K</kbd>
      </button>
      <button type="button" className="button" onClick={() => void chooseAll(ids, false)}>
        {isMany ? words.scenes.rejectMany(ids.length) : words.scenes.reject} <kbd>R</kbd>
      </button>
    </div>
  )
}

/** Scenes appear while they are read, but are asked for no more often than this. */
const READ_EVERY_MS = 1_500

/** Reads the scenes now, and again while a job brings new ones. */
function useFreshScenes(siteId: string): void {
  const isOpen = useStudio((state) => state.siteId === siteId && state.detail !== null)
  const job = useStudio(({ detail }) => (detail ? activeJob(detail.jobs) : null))
  const brings = job?.state === 'running' && ['acquire', 'import', 'run'].includes(job.kind)
  useEffect(() => {
    if (isOpen) loadScenes().catch((error: unknown) => tellError('scenes', error))
  }, [isOpen])
  useEffect(() => {
    if (!brings) return undefined
    const timer = setInterval(() => {
      loadScenes().catch((error: unknown) => tellError('scenes', error))
    }, READ_EVERY_MS)
    return () => {
      clearInterval(timer)
      loadScenes().catch((error: unknown) => tellError('scenes', error))
    }
  }, [brings])
}
