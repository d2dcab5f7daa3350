import { type ReactElement, useRef } from 'react'
import type { NamedFile } from '../api/client.ts'
import { Icon } from './icons.tsx'

/** A button that opens the browser's choice of files, or of a folder. */
export function FilePicker({
  label,
  title,
  accept,
  multiple = false,
  folder = false,
  onFiles,
}: {
  label: string
  title?: string
  accept?: string
  multiple?: boolean
  folder?: boolean
  onFiles(files: NamedFile[]): void
}): ReactElement {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" className="button" title={title} onClick={() => input.current?.click()}>
        <Icon name="file" />
        {label}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={title ?? label}
        accept={accept}
        multiple={multiple}
        {...(folder ? { webkitdirectory: '' } : {})}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          // Without this the same file could not be chosen twice.
          event.target.value = ''
          if (files.length > 0) {
            onFiles(files.map((file) => ({ path: file.webkitRelativePath || file.name, file })))
          }
        }}
      />
    </>
  )
}
