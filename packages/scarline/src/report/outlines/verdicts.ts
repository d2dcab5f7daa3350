import type { OutlineReportData } from '@scarline/core'
import { COLOURS } from '../palette.ts'

type Summary = OutlineReportData['analysis']['objects'][number]

/** What became of an object from its first outline to its last. */
export type Verdict = 'grew' | 'shrank' | 'same' | 'once'

/** In the order of legends. */
export const VERDICTS: readonly Verdict[] = ['grew', 'shrank', 'same', 'once']

/** As legends and tables say it. */
export const VERDICT_WORDS: Record<Verdict, string> = {
  grew: 'grew',
  shrank: 'shrank',
  same: 'within digitising noise',
  once: 'drawn once',
}

/** Fill on the overview map. */
export const VERDICT_FILLS: Record<Verdict, string> = {
  grew: COLOURS.vermillion,
  shrank: COLOURS.sky,
  same: '#ffffff',
  once: COLOURS.rule,
}

/** Grew or shrank: beyond the digitising noise of both outlines. */
export function verdictOf({ areas, change }: Summary): Verdict {
  if (areas.length < 2 || change === null) return 'once'
  if (!change.beyondUncertainty) return 'same'
  return change.changeM2 > 0 ? 'grew' : 'shrank'
}

/** Half-width of the 90 % interval of the change from the first outline to the last, m². */
export function changeHalfM2({ areas }: Summary): number {
  const half = (row: Summary['areas'][number] | undefined): number =>
    row === undefined ? 0 : (row.highM2 - row.lowM2) / 2
  return Math.hypot(half(areas[0]), half(areas.at(-1)))
}
