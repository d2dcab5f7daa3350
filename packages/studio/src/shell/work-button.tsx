import type { ReactElement, ReactNode } from 'react'

/**
 * A button that begins work and is off while the work goes on. It keeps the focus then, which one that is
 * `disabled` would lose.
 */
export function WorkButton({
  look = 'button',
  label,
  title,
  isOff,
  onClick,
  children,
}: {
  look?: 'button' | 'button primary' | 'button small'
  /** Where the words on it do not say enough. */
  label?: string
  title?: string
  isOff: boolean
  onClick(): void
  children: ReactNode
}): ReactElement {
  return (
    <button
      type="button"
      className={look}
      aria-label={label}
      title={title}
      aria-disabled={isOff || undefined}
      onClick={() => {
        if (!isOff) onClick()
      }}
    >
      {children}
    </button>
  )
}
