import type { SiteListing } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { Sparkline } from '../../charts/sparkline.tsx'
import { Picture } from '../../shell/picture.tsx'
import { hrefOf } from '../../state/router.ts'
import { formatDay } from '../../words/format.ts'
import { formatHa } from '../../words/format-analysis.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'

/** One site: what it looks like, how far it has come, how its area went. */
export function SiteCard({ site }: { site: SiteListing }): ReactElement {
  const words = useWords()
  if (site.error !== null) return <BrokenCard site={site} error={site.error} />
  const page = site.stage === 'new' || site.stage === 'acquired' ? 'scenes' : 'track'
  return (
    <a className="site-card panel" href={hrefOf({ page, siteId: site.id, sceneId: null })}>
      <Picture src={site.thumbnail} alt="" otherwise={words.sites.noPicture} />
      <span className="site-card-words">
        <span className="row">
          <strong className="site-card-name">{site.name}</strong>
          <span className="spread" />
          <span className={site.stage === 'analysed' ? 'badge keep' : 'badge'}>
            {words.stages[site.stage]}
          </span>
        </span>
        <span className="muted">
          {site.frames > 0 && site.lastAt !== null
            ? `${words.sites.frames(site.frames)} · ${words.sites.lastFrame(formatDay(site.lastAt))}`
            : `${site.from} – ${site.to}`}
        </span>
        <AreaLine site={site} />
      </span>
    </a>
  )
}

function AreaLine({ site: { area } }: { site: SiteListing }): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const [first, last] = [area[0], area.at(-1)]
  if (!first || !last) return <span className="site-card-area" />
  const now = formatHa(language, last[1])
  return (
    <span className="site-card-area">
      <Sparkline
        series={area}
        label={words.sites.areaLine(now, formatDay(first[0]), formatDay(last[0]))}
      />
      <strong>{now}</strong>
    </span>
  )
}

function BrokenCard({
  site,
  error,
}: {
  site: SiteListing
  error: NonNullable<SiteListing['error']>
}): ReactElement {
  const words = useWords()
  return (
    <div className="site-card panel broken">
      <span className="site-card-words">
        <strong className="site-card-name">{site.id}</strong>
        <span>{words.sites.unreadable}</span>
        <span className="muted">{error.message}</span>
        {error.hint && <span className="muted">{error.hint}</span>}
      </span>
    </div>
  )
}
