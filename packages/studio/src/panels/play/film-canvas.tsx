import { type ReactElement, type RefObject, useEffect, useRef, useState } from 'react'
import { type FilmPicture, paintFilm } from './film-painter.ts'

/** The film's picture, as large as its box lets it. */
export function FilmCanvas({
  canvas,
  shown,
  label,
  onClick,
}: {
  canvas: RefObject<HTMLCanvasElement | null>
  shown: FilmPicture
  label: string
  onClick(): void
}): ReactElement {
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  const { width, height } = shown.grid
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return
      const scale = Math.min(entry.contentRect.width / width, entry.contentRect.height / height)
      setSize({ width: Math.floor(width * scale), height: Math.floor(height * scale) })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [width, height])
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context && size) paintFilm(context, shown)
  }, [canvas, shown, size])
  const ratio = Math.min(2, devicePixelRatio)
  return (
    <div ref={box} className="film-box">
      {size && (
        <canvas
          ref={canvas}
          className="film"
          width={Math.round(size.width * ratio)}
          height={Math.round(size.height * ratio)}
          style={{ width: size.width, height: size.height }}
          role="img"
          aria-label={label}
          onClick={onClick}
        />
      )}
    </div>
  )
}
