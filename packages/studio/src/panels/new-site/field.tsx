import { type ReactElement, type ReactNode, useId } from 'react'

/** A field with its name above, and below what is wrong with it or a remark. */
export function Field({
  label,
  fault,
  help,
  children,
}: {
  label: string
  fault?: string | undefined
  help?: string
  /** Gets what ties the control to its words. */
  children(ties: {
    id: string
    'aria-invalid': boolean
    'aria-describedby': string | undefined
  }): ReactNode
}): ReactElement {
  const id = useId()
  const says = fault ?? help
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': fault !== undefined,
        'aria-describedby': says === undefined ? undefined : `${id}-says`,
      })}
      {says !== undefined && (
        <p id={`${id}-says`} className={fault === undefined ? 'muted help-line' : 'fault'}>
          {says}
        </p>
      )}
    </div>
  )
}
