import type { ReactElement } from 'react'
import { Icon, type IconName } from './icons.tsx'

/** A square button with a drawing alone; its label is read out and shown under the pointer. */
export function IconButton({
  icon,
  label,
  title = label,
  isQuiet = false,
  disabled = false,
  onClick,
}: {
  icon: IconName
  label: string
  title?: string
  isQuiet?: boolean
  disabled?: boolean
  onClick(): void
}): ReactElement {
  return (
    <button
      type="button"
      className={isQuiet ? 'button quiet icon' : 'button icon'}
      aria-label={label}
      title={title}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  )
}
