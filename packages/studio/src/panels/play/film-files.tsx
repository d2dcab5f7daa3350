import { type ReactElement, type RefObject, useEffect, useRef, useState } from 'react'
import { exportUrl } from '../../api/client.ts'
import { pngOfCanvas, saveFile } from '../../charts/chart-file.ts'
import { Icon } from '../../shell/icons.tsx'
import { Menu } from '../../shell/menu.tsx'
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
  const box = useRef<HTMLDivElement>(null)
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
  const told = (work: () => Promise<void>, close: () => void) => (): void => {
    close()
    work().catch((error: unknown) => tellError('play', error))
  }
  const wasRecording = useRef(false)
  useEffect(() => {
    // The menu that held the focus gives way to a button, and that to the menu again.
    if (wasRecording.current === isRecording) return
    wasRecording.current = isRecording
    if (document.activeElement === document.body)
      box.current?.querySelector<HTMLElement>('button, summary')?.focus()
  }, [isRecording])
  if (isRecording) {
    return (
      <div ref={box}>
        <button type="button" className="button" onClick={() => recording.current?.stop()}>
          {play.stopRecording}
        </button>
      </div>
    )
  }
  return (
    <div ref={box}>
      <Menu
        isAbove
        sign={
          <>
            <Icon name="download" />
            {play.files}
          </>
        }
      >
        {(close) => (
          <ul className="menu-list film-files">
            <li>
              <button type="button" className="button" onClick={told(savePng, close)}>
                {play.savePng}
              </button>
              <p className="muted">{play.savePngHelp}</p>
            </li>
            {video && (
              <li>
                <a
                  className="button"
                  href={`${exportUrl(siteId, 'frames.mp4')}?v=${version}`}
                  download={`${siteId}-frames.mp4`}
                  onClick={close}
                >
                  {play.saveMp4}
                </a>
                <p className="muted">{play.saveMp4Help}</p>
              </li>
            )}
            {canRecord() && (
              <li>
                <button type="button" className="button" onClick={told(record, close)}>
                  {play.record}
                </button>
                <p className="muted">{play.recordHelp}</p>
              </li>
            )}
          </ul>
        )}
      </Menu>
    </div>
  )
}
