import { type ReactElement, useEffect, useState } from 'react'
import { useStudio } from '../state/store.ts'
import { useWords } from '../words/use-words.ts'

/** A picture of the server; words in its place where there is none or it does not come. */
export function Picture({
  src,
  alt,
  className,
  otherwise,
}: {
  src: string | null
  alt: string
  className?: string
  /** Where there is none. */
  otherwise: string
}): ReactElement {
  const words = useWords()
  const [failed, setFailed] = useState<string | null>(null)
  // What did not come while the server was gone is asked for again.
  const isThere = useStudio(({ server, connection }) => server === 'up' && connection !== 'lost')
  useEffect(() => {
    if (isThere) setFailed(null)
  }, [isThere])
  if (src === null || failed === src) {
    return (
      <span className={`no-picture muted ${className ?? ''}`}>
        {src === null ? otherwise : words.app.pictureLost}
      </span>
    )
  }
  return (
    <img
      className={className}
      src={src}
      alt={alt}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailed(src)}
    />
  )
}
