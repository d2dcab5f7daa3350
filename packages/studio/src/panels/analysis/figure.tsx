import { type ReactElement, type ReactNode, type RefObject, useId } from 'react'
import { pngOf, saveFile, svgOf } from '../../charts/chart-file.ts'
import { Icon } from '../../shell/icons.tsx'
import { tellError } from '../../state/actions-notices.ts'
import { studioStore } from '../../state/store.ts'
import { useWords } from '../../words/use-words.ts'

/** A figure with its title, and a way to take it away as a file. */
export function Figure({
  title,
  name,
  svg,
  tools,
  children,
}: {
  title: string
  /** Of the file, without the site and the ending. */
  name: string
  svg: RefObject<SVGSVGElement | null>
  /** Controls beside the title. */
  tools?: ReactNode
  children: ReactNode
}): ReactElement {
  const { analysis } = useWords()
  const id = useId()
  const save = async (format: 'svg' | 'png'): Promise<void> => {
    if (!svg.current) return
    const file = `${studioStore.get().siteId ?? 'site'}-${name}.${format}`
    try {
      saveFile(await (format === 'svg' ? svgOf : pngOf)(svg.current), file)
    } catch (error) {
      tellError('analysis', error)
    }
  }
  return (
    <section className="panel figure" aria-labelledby={id}>
      <header className="figure-head">
        <h2 id={id}>{title}</h2>
        {tools}
        <span className="spread" />
        {(['svg', 'png'] as const).map((format) => {
          const says = format === 'svg' ? analysis.saveSvg : analysis.savePng
          return (
            <button
              key={format}
              type="button"
              className="button quiet small"
              aria-label={analysis.save(title, says)}
              title={analysis.save(title, says)}
              onClick={() => void save(format)}
            >
              <Icon name="download" />
              {says}
            </button>
          )
        })}
      </header>
      {children}
    </section>
  )
}
