import type { SceneListing, SiteDetail } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { Choice } from '../../shell/choice.tsx'
import { Icon } from '../../shell/icons.tsx'
import { NoticeArea } from '../../shell/notice-area.tsx'
import { WorkButton } from '../../shell/work-button.tsx'
import {
  SCENE_FILTERS,
  type SceneFilter,
  bringRasters,
  filterScenes,
} from '../../state/actions-scenes.ts'
import { startJob } from '../../state/actions-site.ts'
import { activeJob } from '../../state/apply-event.ts'
import { hrefOf } from '../../state/router.ts'
import { useWords } from '../../words/use-words.ts'
import { FilePicker } from '../../shell/file-picker.tsx'

/** Filters, and what to do next. */
export function ScenesHead({
  detail,
  siteId,
  scenes,
  filter,
  onFilter,
}: {
  detail: SiteDetail
  siteId: string
  scenes: readonly SceneListing[]
  filter: SceneFilter
  onFilter(filter: SceneFilter): void
}): ReactElement {
  const words = useWords()
  return (
    <div className="scenes-head">
      <div className="row" role="group" aria-label={words.scenes.filters}>
        <Choice
          options={SCENE_FILTERS.flatMap((one) => {
            const count = filterScenes(scenes, one).length
            const isLeftOut = scenes.length === 0 || (one === 'failed' && count === 0)
            return isLeftOut ? [] : [{ value: one, says: words.scenes[one](count) }]
          })}
          value={filter}
          onChoose={onFilter}
        />
      </div>
      <span className="spread" />
      <NextStep detail={detail} siteId={siteId} scenes={scenes} />
      <NoticeArea place="scenes" />
    </div>
  )
}

function NextStep({
  detail,
  siteId,
  scenes,
}: {
  detail: SiteDetail
  siteId: string
  scenes: readonly SceneListing[]
}): ReactElement {
  const words = useWords()
  const isBusy = activeJob(detail.jobs) !== null
  const hasKept = scenes.some((scene) => scene.kept && scene.status === 'read')
  const isOld = detail.frames !== null && framesAreOld(detail, scenes)
  const hasFrames = detail.frames !== null && !isOld
  const isImport = detail.site.source.kind === 'import'
  return (
    <div className="row">
      {isOld && <span className="muted frames-old">{words.scenes.framesOld}</span>}
      {isImport ? (
        <FilePicker
          label={words.scenes.importFolder}
          folder
          onFiles={(files) => void bringRasters(files)}
        />
      ) : (
        <WorkButton isOff={isBusy} onClick={() => void startJob('scenes', 'acquire')}>
          {scenes.length === 0 ? words.scenes.acquire : words.scenes.acquireMore}
        </WorkButton>
      )}
      {hasKept && !hasFrames && (
        <WorkButton
          look="button primary"
          isOff={isBusy}
          onClick={() => void startJob('scenes', 'frames')}
        >
          {isOld ? words.scenes.makeFramesAgain : words.scenes.makeFrames}
        </WorkButton>
      )}
      {hasFrames && (
        <a className="button primary" href={hrefOf({ page: 'track', siteId, sceneId: null })}>
          {words.scenes.onward}
          <Icon name="right" />
        </a>
      )}
    </div>
  )
}

/** Whether other scenes are kept now than those that the frames were made of. */
export function framesAreOld(
  { frames }: Pick<SiteDetail, 'frames'>,
  scenes: readonly SceneListing[],
): boolean {
  const made = new Set(frames?.frames.map(({ sceneId }) => sceneId))
  const kept = scenes.filter((scene) => scene.kept && scene.status === 'read')
  return kept.length !== made.size || kept.some(({ id }) => !made.has(id))
}
