import { type SimulatedScenario, analyse } from '@scarline/core'
import { simulatedSchedule } from '@scarline/core/internals'
import { siteOfCorrections } from './evolution-corrections.ts'
import { type AreaScore, scoreAreas } from './evolution-areas.ts'
import { type DamScore, scoreDams } from './evolution-dams.ts'
import { type DirectionScore, scoreDirections } from './evolution-directions.ts'
import { type EventScore, scoreEvents } from './evolution-events.ts'
import { yearsOf } from './evolution-inputs.ts'
import { type OnsetScore, scoreOnsets } from './evolution-onsets.ts'
import { type RateScore, scoreRates } from './evolution-rates.ts'
import { siteOfTrueMasks } from './evolution-true-masks.ts'
import { readScoringInputs } from './evolution-truth.ts'
import { type ZoneScore, scoreZones } from './evolution-zones.ts'
import { drain, prepareSite, simulatedArchive } from './prepare-site.ts'

/** One site against the truth. */
export interface SiteScore {
  scenario: SimulatedScenario
  seed: number
  frames: number
  years: number
  events: EventScore
  onsets: OnsetScore
  zones: ZoneScore
  directions: DirectionScore[]
  dams: DamScore
  areas: AreaScore
  rates: RateScore
  /** Of the analysis, s. */
  analyseSeconds: number
}

/** What a run does with each site. */
export interface SiteOptions {
  /** Folder of archives and sites. */
  work: string
  /** Edge of the simulated sites, m. */
  sizeM: number
  trueMasks: boolean
  /** Clicks that an expert adds on the frame of the first ones, where the mask is wrong. */
  corrections: number
  /** Track anew on the frames that are there. */
  retrack: boolean
}

/** Makes what is missing of a site, analyses it anew and scores the analysis. */
export async function judgeSite(
  scenario: SimulatedScenario,
  seed: number,
  { work, sizeM, trueMasks, corrections, retrack }: SiteOptions,
): Promise<SiteScore> {
  const archive = await simulatedArchive(work, scenario, seed, sizeM)
  const site = await prepareSite(archive, {
    work,
    name: `${scenario} seed ${seed}`,
    redo: retrack ? 'track' : 'missing',
    video: false,
    timed: (_, job) => job(),
  })
  try {
    const folder = trueMasks
      ? await siteOfTrueMasks(site.folder, archive, work)
      : corrections > 0
        ? await siteOfCorrections(site.folder, archive, work, corrections)
        : site.folder
    try {
      if (folder !== site.folder) await folder.writeSite(await site.folder.readSite())
      const start = performance.now()
      await drain(analyse(folder))
      const analyseSeconds = Math.round((performance.now() - start) / 100) / 10
      const inputs = await readScoringInputs(folder, archive, simulatedSchedule(scenario))
      return {
        scenario,
        seed,
        frames: inputs.frames.length,
        years: yearsOf(inputs.frames),
        events: scoreEvents(inputs),
        onsets: scoreOnsets(inputs),
        zones: scoreZones(inputs),
        directions: scoreDirections(inputs),
        dams: scoreDams(inputs),
        areas: scoreAreas(inputs),
        rates: scoreRates(inputs),
        analyseSeconds,
      }
    } finally {
      if (folder !== site.folder) await folder.close()
    }
  } finally {
    await site.close()
  }
}
