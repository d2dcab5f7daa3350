import type { SceneListing } from '@scarline/core/model'
import { stateOfScene } from '../../state/actions-scenes.ts'
import { formatShare } from '../../words/format.ts'
import type { Language } from '../../words/language.ts'
import type { Words } from '../../words/use-words.ts'

const HIDING = ['cloud', 'shadow', 'snow', 'nodata'] as const

/** What has become of a scene, in a word. */
export function stateWords(words: Words, scene: SceneListing): string {
  const { isKept, isRejected, isFailed, isCandidate, isUnjudged } = words.scenes
  const waits = scene.status === 'read' ? isUnjudged : isCandidate
  return { kept: isKept, rejected: isRejected, failed: isFailed, candidate: waits }[
    stateOfScene(scene)
  ]
}

/** Why a scene is kept, rejected or failed, in the page's language as far as the numbers tell. */
export function whyWords(
  words: Words,
  language: Language,
  scene: SceneListing,
  minValidFraction: number,
): string {
  const { byHand, byRule } = words.scenes
  const state = stateOfScene(scene)
  if (state === 'failed' || state === 'candidate') return scene.reason ?? ''
  if (scene.decidedBy === 'user') return byHand[state]
  if (scene.validFraction === null) return scene.reason ?? ''
  // A rule other than the valid fraction has words of its own.
  if (state === 'rejected' && scene.validFraction >= minValidFraction) return scene.reason ?? ''
  const need = formatShare(language, minValidFraction)
  const line = byRule[state](formatShare(language, scene.validFraction), need)
  const causes = causesOf(words, language, scene)
  return causes === '' ? line : `${line} ${byRule.causes(causes)}`
}

/** What hides the ground, most first; empty where nothing does. */
export function causesOf(words: Words, language: Language, scene: SceneListing): string {
  const { cause, validityNames } = words.scenes
  return HIDING.map((name) => [name, scene.validityFractions[name] ?? 0] as const)
    .filter(([, share]) => share >= 0.01)
    .sort((a, b) => b[1] - a[1])
    .map(([name, share]) => cause(validityNames[name], formatShare(language, share)))
    .join(words.app.comma)
}

/** A scene's remarks. */
export function remarksOf(words: Words, scene: SceneListing): string {
  return scene.flags.map((flag) => flagWords(words, flag)).join(words.app.comma)
}

/** The one line under a picture: by hand or not, what hides the ground, remarks. */
export function shortWords(words: Words, language: Language, scene: SceneListing): string {
  const state = stateOfScene(scene)
  if (state === 'failed') return scene.reason ?? ''
  if (state === 'candidate') return stateWords(words, scene)
  const line =
    state === 'kept'
      ? remarksOf(words, scene)
      : causesOf(words, language, scene) || (scene.reason ?? '')
  return scene.decidedBy === 'user' ? words.scenes.byHand[state] : line
}

/** A remark's words; a remark that this page does not know stands as it is. */
function flagWords(words: Words, flag: string): string {
  const names: Readonly<Record<string, string>> = words.scenes.flagNames
  return names[flag] ?? flag
}
