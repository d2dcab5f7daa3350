import type { ReactElement } from 'react'

/** One of the buttons of a {@link Choice}. */
export interface ChoiceOption<T extends string> {
  value: T
  says: string
  title?: string
  icon?: ReactElement
  /** BCP 47, where it is not the page's. */
  lang?: string
}

/** Buttons side by side, at most one of them pressed. */
export function Choice<T extends string>({
  options,
  value,
  isSmall = false,
  onChoose,
}: {
  options: readonly ChoiceOption<T>[]
  value: T | null
  isSmall?: boolean
  onChoose(value: T): void
}): ReactElement {
  return (
    <>
      {options.map(({ value: one, says, title, icon, lang }) => (
        <button
          key={one}
          type="button"
          className={isSmall ? 'button small' : 'button'}
          aria-pressed={one === value}
          title={title}
          lang={lang}
          onClick={() => onChoose(one)}
        >
          {icon}
          {says}
        </button>
      ))}
    </>
  )
}
