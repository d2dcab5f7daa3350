import { type ReactElement, type ReactNode, useState } from 'react'
import { bringRasters } from '../../state/actions-scenes.ts'
import { tell } from '../../state/actions-notices.ts'
import { useWords } from '../../words/use-words.ts'
import { droppedFiles, kindOfFile } from '../../shell/dropped-files.ts'

/** Takes GeoTIFFs that are dropped on the page into the site. */
export function RasterDrop({ children }: { children: ReactNode }): ReactElement {
  const words = useWords()
  const [isOver, setIsOver] = useState(false)
  const take = async (data: DataTransfer): Promise<void> => {
    const files = await droppedFiles(data)
    const [only] = files
    if (files.some(({ path }) => kindOfFile(path) === 'raster')) await bringRasters(files)
    else {
      const message =
        only && files.length === 1 ? words.scenes.notRasters(only.path) : words.scenes.noRasters
      tell('scenes', { kind: 'error', error: { code: 'page', message, hint: null }, says: null })
    }
  }
  return (
    <div
      className="raster-drop"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsOver(false)
      }}
      onDrop={(event) => {
        event.preventDefault()
        setIsOver(false)
        void take(event.dataTransfer)
      }}
    >
      {children}
      {isOver && <div className="drop-here">{words.scenes.dropHere}</div>}
    </div>
  )
}
