import type { SiteDetail } from '@scarline/core/model'
import type { ReactElement } from 'react'
import type { Sprite } from '../../timeline/sprite.ts'
import { ChangesPanel } from './changes-panel.tsx'
import { FramePanel } from './frame-panel.tsx'
import { ObjectsPanel } from './objects-panel.tsx'
import { PropagatePanel } from './propagate-panel.tsx'
import { ReviewPanel } from './review-panel.tsx'

/** Everything beside the map. */
export function TrackSide({
  detail,
  sprite,
}: {
  detail: SiteDetail
  sprite: Sprite | null
}): ReactElement {
  return (
    <aside className="track-side scroll">
      <ObjectsPanel detail={detail} />
      <FramePanel detail={detail} />
      <PropagatePanel detail={detail} />
      <ReviewPanel detail={detail} sprite={sprite} />
      <ChangesPanel detail={detail} />
    </aside>
  )
}
