import { isBeyondInterval } from './beyond-interval.ts'
import { type TrendSeries, kinkDays } from './trend-choice.ts'
import { type TrendTerm, isBreak, kinkIsSupported } from './trend-design.ts'
import { placeKinks } from './trend-fit.ts'
import { type TrendCandidate, candidateOf, candidateTerms } from './trend-search.ts'

/** Gains in likelihood below this are rounding. */
const LEAST_GAIN = 1e-9

/**
 * Gives each step its own rate afterwards (a break in level and trend, as in BFAST, Verbesselt et al.
 * 2010), where three frames on both sides allow it: an abrupt change may change what drives the scar,
 * so that frames after it must not speak for the rate before it. The other changes of rate are then
 * chosen anew.
 */
export function breakAtSteps(series: TrendSeries, from: TrendCandidate): TrendCandidate {
  const { terms } = from.structure
  let kept = terms.filter(({ kind }) => kind !== 'kink')
  for (const term of terms) {
    if (term.kind !== 'step') continue
    const day = series.days[term.frame] as number
    if (kinkIsSupported(series, day, kept)) kept = [...kept, { kind: 'kink', day }]
  }
  for (const term of terms) {
    if (term.kind === 'kink' && kinkIsSupported(series, term.day, kept)) kept = [...kept, term]
  }
  const broken = candidateOf(series, from.noise, { ...from.structure, terms: kept })
  return broken === null ? from : reviseKinks(series, broken)
}

/** Drops and adds changes of rate, one at a time, as long as the penalised likelihood gets better. */
function reviseKinks(series: TrendSeries, from: TrendCandidate): TrendCandidate {
  let best = placeKinks(series, from)
  for (;;) {
    const next = bestRevision(series, best)
    if (next === null) return best
    best = placeKinks(series, next)
  }
}

function bestRevision(series: TrendSeries, from: TrendCandidate): TrendCandidate | null {
  const { terms } = from.structure
  let best: TrendCandidate | null = null
  const keepBetter = (tried: readonly TrendTerm[], added: TrendTerm | null): void => {
    const next = candidateOf(series, from.noise, { ...from.structure, terms: [...tried] })
    if (next === null || next.score >= (best ?? from).score - LEAST_GAIN) return
    if (added !== null) {
      const size = next.fit.coefficients[tried.indexOf(added) + 2] as number
      if (!isBeyondInterval(series, added, size, kinkDays(terms))) return
    }
    best = next
  }
  for (const term of terms) {
    if (term.kind !== 'kink' || isBreak(series, term.day, terms)) continue
    keepBetter(
      terms.filter((other) => other !== term),
      null,
    )
  }
  for (const term of candidateTerms(series)) {
    if (term.kind !== 'kink' || isBreak(series, term.day, terms)) continue
    if (kinkIsSupported(series, term.day, terms)) keepBetter([...terms, term], term)
  }
  return best
}
