import { type GroundParts, groundParts } from './ground-parts.ts'
import { type BareInference, INFER_STEPS_PER_FRAME, inferBare } from './infer-bare.ts'
import { DROP_STEPS_PER_FRAME, inferDrop } from './infer-drop.ts'
import { correctionFinder } from './object-corrections.ts'
import { membershipFinder } from './object-membership.ts'
import type { PreparedSeries } from './prepare-series.ts'
import type { BareSense } from './prompted-sense.ts'

/** What is known of the ground in one sense of being bare. */
export interface Ground {
  bare: BareInference
  parts: GroundParts
  findMembership: ReturnType<typeof membershipFinder>
  findCorrections: ReturnType<typeof correctionFinder>
}

/** The ground of a series in the senses that prompts have asked for. */
export interface Grounds {
  /** In the series' own sense. */
  own: Ground
  /** Null where the series was not looked at in that sense yet. */
  known(sense: BareSense): Ground | null
  /**
   * Looks at the series in that sense, unless that was done; one after the other, since they share their scratch.
   * @param step called {@link stepsOf} times; throws to abort
   */
  find(sense: BareSense, step: () => void): Promise<Ground>
  stepsOf(sense: BareSense): number
}

/** @param bare what was found in the series' own sense */
export function createGrounds(series: PreparedSeries, bare: BareInference): Grounds {
  const own = groundOf(bare, series)
  const found = new Map<string, Ground>()
  found.set(nameOf({ kind: 'vigour', vigour: series.bareLevel.vigour }), own)
  let turn: Promise<unknown> = Promise.resolve()
  const look = async (sense: BareSense, step: () => void): Promise<Ground> => {
    const known = found.get(nameOf(sense))
    if (known) return known
    const bareSo =
      sense.kind === 'vigour'
        ? await inferBare(series, sense.vigour, step)
        : await inferDrop(series, sense.clearedNdvi, step)
    const ground = groundOf(bareSo, series)
    found.set(nameOf(sense), ground)
    return ground
  }
  return {
    own,
    known: (sense) => found.get(nameOf(sense)) ?? null,
    find(sense, step) {
      const looking = turn.then(() => look(sense, step))
      turn = looking.catch(() => {})
      return looking
    },
    stepsOf: ({ kind }) =>
      series.days.length * (kind === 'vigour' ? INFER_STEPS_PER_FRAME : DROP_STEPS_PER_FRAME),
  }
}

function nameOf(sense: BareSense): string {
  return JSON.stringify(sense)
}

function groundOf(bare: BareInference, { working, days }: PreparedSeries): Ground {
  const parts = groundParts(bare.history, working)
  return {
    ...{ bare, parts },
    findMembership: membershipFinder(parts, working),
    findCorrections: correctionFinder(bare.readPosterior, days, working),
  }
}
