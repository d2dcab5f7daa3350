import type { Scene, SceneShift } from '../model/scene.ts'

/** What screening measured of a scene, over the AOI. */
export interface SceneFindings {
  validFraction: number
  validityFractions: Record<string, number>
  /** Share of the AOI under clouds and shadows that the classification missed. */
  missedFraction: number
  hazeReflectance: number
  shift: SceneShift
  /** Why the shift could not be measured; null where it was. */
  unregistered: string | null
}

/** Shares of the AOI from which on a remark is made. */
const REMARK = { snow: 0.05, dark: 0.1, bareKept: 0.005, nodata: 0.05, missed: 0.002 }
/** Surplus of red reflectance from which on a scene counts as hazy: it takes a tenth off a meadow's NDVI. */
const HAZE_REFLECTANCE = 0.02

/**
 * Keeps or rejects a scene by its valid fraction and says why; a user's decision stays. Replaces
 * what an earlier screening remarked, keeps remarks of others.
 *
 * @param minValidFraction 0..1
 */
export function judgeScene(scene: Scene, minValidFraction: number, findings: SceneFindings): Scene {
  const share = findings.validityFractions
  const at = (name: string): number => share[name] ?? 0
  const remarks: [string, boolean][] = [
    ['snow', at('snow') >= REMARK.snow],
    ['dark', at('dark') >= REMARK.dark],
    ['bare-as-cloud', at('bareKept') >= REMARK.bareKept],
    ['partial-swath', at('nodata') >= REMARK.nodata],
    ['missed-cloud', findings.missedFraction >= REMARK.missed],
    ['haze', findings.hazeReflectance >= HAZE_REFLECTANCE],
    ['unregistered', findings.unregistered !== null],
  ]
  const ours = new Set(remarks.map(([name]) => name))
  const flags = [
    ...scene.flags.filter((flag) => !ours.has(flag)),
    ...remarks.filter(([, due]) => due).map(([name]) => name),
  ]
  const measured = {
    ...scene,
    validFraction: findings.validFraction,
    validityFractions: share,
    flags,
    shift: findings.shift,
  }
  if (scene.decidedBy === 'user') return measured
  const enough = findings.validFraction >= minValidFraction
  return {
    ...measured,
    kept: enough,
    reason: enough ? null : rejection(findings, minValidFraction),
  }
}

const HIDES: readonly [name: string, words: string][] = [
  ['cloud', 'cloud'],
  ['shadow', 'cloud shadow'],
  ['snow', 'snow'],
  ['nodata', 'outside the swath or nodata'],
]

function rejection({ validFraction, validityFractions }: SceneFindings, least: number): string {
  const percent = (value: number): string => `${Math.round(value * 100)} %`
  const causes = HIDES.map(([name, words]) => [validityFractions[name] ?? 0, words] as const)
    .filter(([value]) => value >= 0.01)
    .sort((a, b) => b[0] - a[0])
    .map(([value, words]) => `${words} ${percent(value)}`)
  const why = causes.length > 0 ? ` (${causes.join(', ')})` : ''
  return `Only ${percent(validFraction)} of the AOI was seen, ${percent(least)} are needed${why}.`
}
