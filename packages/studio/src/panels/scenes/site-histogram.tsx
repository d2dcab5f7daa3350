import type { FrameList } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { Histogram } from '../../charts/histogram.tsx'
import { formatNumber } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'

/** NDVI of all frames, and the threshold that was found from it. */
export function SiteHistogram({ frames }: { frames: FrameList | null }): ReactElement {
  const words = useWords()
  const language = useLanguage()
  if (!frames) {
    return (
      <section className="site-histogram">
        <h3>{words.scenes.histogram}</h3>
        <p className="muted">{words.scenes.noHistogram}</p>
      </section>
    )
  }
  const { value, method, note } = frames.siteThreshold
  const threshold = formatNumber(language, value, 2)
  const raise = Math.max(0, ...frames.frames.map((frame) => frame.threshold.seasonalRaise))
  return (
    <section className="site-histogram">
      <h3>{words.scenes.histogram}</h3>
      <Histogram
        bins={frames.histogram}
        threshold={value}
        thresholdWords={words.scenes.threshold(threshold)}
        label={words.scenes.histogramLabel(threshold)}
      />
      <p className="muted legend" title={note}>
        <i className="bar-key bare" aria-hidden="true" /> {words.scenes.bare}
        <i className="bar-key" aria-hidden="true" /> {words.scenes.vegetation}
        <span>
          {words.scenes.methods[method]}
          {raise > 0.0005 && ` · ${words.scenes.raised(formatNumber(language, raise, 2))}`}
        </span>
      </p>
    </section>
  )
}
