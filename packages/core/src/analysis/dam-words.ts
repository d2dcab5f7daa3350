import type { Dam, RiverDams } from '../model/analysis-evolution.ts'
import { areaWords } from './event-words.ts'
import { dayWord } from './evolution-words.ts'

const NO_DAM: Record<RiverDams['evidence'], string> = {
  frames:
    'No debris across the river from bank to bank was seen on two frames, nor on one together with an abrupt gain.',
  masks:
    'No mask shows debris across the river from bank to bank; that is no proof that there was none.',
}

/** When debris crossed the river from bank to bank, how much, and when it was open again. */
export function damWords(
  dams: readonly Dam[],
  evidence: RiverDams['evidence'],
): RiverDams['words'] {
  if (dams.length === 0) return NO_DAM[evidence]
  return dams
    .map(({ afterAt, dammedByAt, dammedUntilAt, clearedByAt, deposit }) => {
      const since =
        afterAt === null
          ? `from the first frame on (${dayWord(dammedByAt)})`
          : `after ${dayWord(afterAt)} and by ${dayWord(dammedByAt)}`
      const until =
        clearedByAt === null
          ? 'no later frame shows it open'
          : `open again after ${dayWord(dammedUntilAt)} and by ${dayWord(clearedByAt)}`
      const size =
        deposit === null
          ? ''
          : ` Most of it was seen on ${dayWord(deposit.capturedAt)}: ${areaWords(deposit.areaM2)} (90 % interval ± ${areaWords((deposit.highM2 - deposit.lowM2) / 2, deposit.areaM2)}) in the river.`
      return `Debris crosses the river from bank to bank ${since}; ${until}.${size} It is counted as deposit, not as source.`
    })
    .join(' ')
}
