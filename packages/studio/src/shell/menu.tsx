import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'

/** A button with a list below it (or above); Escape and a click elsewhere close it. */
export function Menu({
  sign,
  label,
  isQuiet = false,
  isAbove = false,
  children,
}: {
  /** What the button shows. */
  sign: ReactNode
  /** Where the sign has no words. */
  label?: string
  isQuiet?: boolean
  isAbove?: boolean
  /** `close` takes the list away, and the focus back to the button. */
  children(close: () => void): ReactNode
}): ReactElement {
  const menu = useRef<HTMLDetailsElement>(null)
  const close = (): void => {
    menu.current?.removeAttribute('open')
    menu.current?.querySelector('summary')?.focus()
  }
  useEffect(() => closeElsewhere(menu.current), [])
  const button = ['button', ...(isQuiet ? ['quiet'] : []), ...(label ? ['icon'] : [])]
  return (
    <details
      className="menu"
      ref={menu}
      data-above={isAbove || undefined}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !menu.current?.open) return
        // The page's own Escape is for what is under the menu.
        event.preventDefault()
        close()
      }}
    >
      <summary className={button.join(' ')} aria-label={label} title={label}>
        {sign}
      </summary>
      {children(close)}
    </details>
  )
}

function closeElsewhere(menu: HTMLDetailsElement | null): () => void {
  const onPointer = ({ target }: PointerEvent): void => {
    if (target instanceof Node && !menu?.contains(target)) menu?.removeAttribute('open')
  }
  addEventListener('pointerdown', onPointer)
  return () => removeEventListener('pointerdown', onPointer)
}
