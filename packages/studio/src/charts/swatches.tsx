import type { ReactElement } from 'react'

/** Swatches of legends, in a box of 26 by 12. */
export const SWATCHES = {
  curve: (colour: string): ReactElement => (
    <>
      <line x1={2} x2={26} y1={6} y2={6} stroke={colour} strokeWidth={2} />
      <circle cx={14} cy={6} r={2.6} fill={colour} />
    </>
  ),
  band: (colour: string, opacity = 0.22): ReactElement => (
    <rect x={2} y={0} width={24} height={12} fill={colour} fillOpacity={opacity} />
  ),
  season: (): ReactElement => (
    <rect className="chart-season framed" x={2} y={0} width={24} height={12} />
  ),
  hollow: (): ReactElement => <circle className="chart-artefact" cx={14} cy={6} r={3.4} />,
  pale: (colour: string): ReactElement => (
    <rect className="chart-pale" x={11} y={3} width={6} height={6} stroke={colour} />
  ),
  diamond: (colour: string): ReactElement => (
    <path d="M14 0.5L19.5 6L14 11.5L8.5 6Z" fill={colour} />
  ),
  cross: (): ReactElement => (
    <path className="chart-truth" d="M10.5 2.5L17.5 9.5M10.5 9.5L17.5 2.5" />
  ),
  event: (): ReactElement => <rect className="chart-event" x={8} y={0} width={12} height={12} />,
  onset: (): ReactElement => (
    <>
      <rect className="chart-onset-span" x={4} y={0} width={20} height={12} />
      <line className="chart-onset" x1={14} x2={14} y1={0} y2={12} />
    </>
  ),
  interval: (): ReactElement => <line className="chart-interval" x1={2} x2={26} y1={6} y2={6} />,
} as const
