import type { ReactElement } from 'react'

const PATHS = {
  undo: 'M4.5 6.5h6a3.5 3.5 0 0 1 0 7H7M4.5 6.5l3-3M4.5 6.5l3 3',
  redo: 'M11.5 6.5h-6a3.5 3.5 0 0 0 0 7H9M11.5 6.5l-3-3M11.5 6.5l-3 3',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  check: 'M3 8.5l3.5 3.5L13 4.5',
  more: 'M3 8h.01M8 8h.01M13 8h.01',
  rectangle: 'M2.5 4.5h11v7h-11z',
  polygon: 'M3 6l5-3.5L13 6l-2 7H5z',
  view: 'M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3',
  bin: 'M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9',
  layers: 'M8 2.5L2.5 5.5 8 8.5l5.5-3zM2.5 8.5L8 11.5l5.5-3',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5l3 3',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  lock: 'M4 7.5h8v6H4zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2',
  play: 'M5 3.5v9l7-4.5z',
  left: 'M10 3.5L5.5 8l4.5 4.5',
  right: 'M6 3.5L10.5 8 6 12.5',
  download: 'M8 2.5v8M4.5 7L8 10.5 11.5 7M3 13.5h10',
  power: 'M8 2.5v5M5 4.2a5 5 0 1 0 6 0',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  minus: 'M3 8h10',
  point: 'M8 3.5v9M3.5 8h9',
  box: 'M3 4h10v8H3z',
  lasso: 'M8 3C4.5 3 2.5 5 2.5 7S4.5 11 8 11s5.5-2 5.5-4S11.5 3 8 3zM6 11c-.5 1.5-1.5 2-3 2.2',
  brush:
    'M13 3L7.5 8.5M7.2 8.2c-1.6-.4-2.8.6-3 2.3-.1.9-.6 1.6-1.7 2 2.5.9 5.6.4 6.2-2 .3-1.1-.4-2-1.5-2.3z',
  compare: 'M2 3.5h12v9H2zM8 1.5v13M4 3.5v9M6 3.5v9',
  keyboard: 'M2 4.5h12v7H2zM4.5 7h.01M7 7h.01M9.5 7h.01M11.5 7h.01M5 9.5h6',
} as const

export type IconName = keyof typeof PATHS

/** A line drawing of 16 pixels; decoration only, so controls with nothing else need a label. */
export function Icon({ name }: { name: IconName }): ReactElement {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.4 : 1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}

/** The mark of Scarline: a slope with a scar. */
export function Mark(): ReactElement {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="6" fill="#12303f" />
      <path d="M4 25 13 8l4 6 3-4 8 15z" fill="#2f6f62" />
      <path d="M13 8l4 6-1 4 3 7h-8l1-6-2-3z" fill="#e69f00" />
    </svg>
  )
}
