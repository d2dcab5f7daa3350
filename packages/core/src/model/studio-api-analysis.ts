import type { AnalysisSummary } from './analysis-areas.ts'
import type { Evolution, ToldEvolution } from './analysis-evolution.ts'
import type { ReportPlausibility } from './plausibility.ts'
import type { Verification } from './verification.ts'

/** What was measured on a site, as its files have it. */
export interface Measurements {
  analysis: AnalysisSummary
  evolution: Evolution
  /** The evolution in words, an entry per object as in `analysis.objects`. */
  told: ToldEvolution[]
  /** Null where `scarline plausibility` was never run. */
  plausibility: ReportPlausibility | null
  /** Null where the site was never verified. */
  verification: Verification | null
}

/** `GET /api/sites/:id/analysis` */
export interface AnalysisAnswer extends Measurements {
  /** Masks that are no longer what was measured: above 0 the analysis is out of date. */
  staleAreas: number
}
