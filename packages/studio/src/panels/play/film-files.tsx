import { type ReactElement, type RefObject, useRef, useState } from 'react'
import { exportUrl } from '../../api/client.ts'
import { pngOfCanvas, saveFile } from '../../charts/chart-file.ts'
import { Icon } from '../../shell/icons.tsx'
import { tellError } from '../../state/actions-notices.ts'
import { playStore } from '../../state/play-store.ts'
import { useWords } from '../../words/use-words.ts'
import { type FilmPicture, paintFilm } from './film-painter.ts'
import { type Recording, canRecord, recordCanvas } from './film-recorder.ts'

/** Longer side of a saved picture, pixels. */
const PNG_EDGE_PX = 1600

/** Takes the frame, the site's film, or the film as it is shown away. */
export function FilmFiles({
  siteId,
  video,
  version,
  shown,
  day,
  canvas,
}: {
  siteId: string
  /** Whether the site has a film. */
  video: boolean
  version: string
  shown: FilmPicture
  day: string
  canvas: RefObject<HTMLCanvasElement | null>
}): ReactElement {
  const { play } = useWords()
  const recording = useRef<Recording | null>(null)
  const [isRecording, setIsRecording] = useState(false)
  const savePng = async (): Promise<void> => {
    const { width, height } = shown.grid
    const scale = PNG_EDGE_PX / Math.max(width, height)
    const paper = document.createElement('canvas')
    paper.width = Math.round(width * scale)
    paper.height = Math.round(height * scale)
    const context = paper.getContext('2d')
    if (!context) return
    paintFilm(context, shown)
    saveFile(await pngOfCanvas(paper), `${siteId}-${day}.png`)
  }
  const record = async (): Promise<void> => {
    if (recording.current) {
      recording.current.stop()
      return
    }
    if (!canvas.current) return
    const { loops } = playStore.get()
    playStore.set({ index: 0, loops: false, isPlaying: true })
    const begun = recordCanvas(canvas.current, () => !playStore.get().isPlaying)
    recording.current = begun
    setIsRecording(true)
    try {
      saveFile(await begun.film, `${siteId}-film.${begun.ending}`)
    } finally {
      recording.current = null
      setIsRecording(false)
      playStore.set({ isPlaying: false, loops })
    }
  }
  const told = (work: () => Promise<void>) => (): void => {
    work().catch((error: unknown) => tellError('play', error))
  }
  return (
    <div className="film-files" role="group" aria-label={play.files}>
      <button type="button" className="button" onClick={told(savePng)}>
        <Icon name="download" />
        {play.savePng}
      </button>
      {video && (
        <a
          className="button"
          href={`${exportUrl(siteId, 'frames.mp4')}?v=${version}`}
          download={`${siteId}-frames.mp4`}
          title={play.saveMp4Help}
        >
          <Icon name="download" />
          {play.saveMp4}
        </a>
      )}
      {canRecord() && (
        <button
          type="button"
          className="button"
          aria-pressed={isRecording}
          title={play.recordHelp}
          onClick={told(record)}
        >
          {isRecording ? play.stopRecording : play.record}
        </button>
      )}
    </div>
  )
}
