import type { PlannedScene } from '../import/arrange-scenes.ts'
import { majaTwin } from '../import/maja.ts'
import { compareVersions } from '../import/plan-import.ts'
import type { LocalFile, LocalProduct } from '../import/product.ts'
import { safeTwin } from '../import/safe.ts'
import type { OffsetDecision, Scene, ScenePart } from '../model/scene.ts'
import { hashOf } from './hash.ts'

/** Changes when a file of the product or what was made of it changes. */
export function stampOf(product: LocalProduct, files: ReadonlyMap<string, LocalFile>): string {
  const { bands, classification, scaling, time } = product
  const paths = [...JSON.stringify([bands, classification]).matchAll(/"path":("(?:[^"\\]|\\.)*")/g)]
  const sources = paths.map(([, quoted = '""']) => {
    const file = files.get(JSON.parse(quoted) as string)
    return [quoted, file?.sizeBytes ?? null, file?.modifiedMs ?? null]
  })
  return hashOf([bands, classification, scaling, time.capturedAt, sources])
}

function twinOf(itemId: string): { key: string; version: number[] } | null {
  return majaTwin(itemId) ?? safeTwin(itemId)
}

/** Whether the scene holds a newer processing of this item. */
export function isOlderTwin(scene: Scene, itemId: string): boolean {
  const mine = twinOf(itemId)
  return scene.parts.some((part) => {
    const other = twinOf(part.itemId)
    return (
      mine !== null && other?.key === mine.key && compareVersions(mine.version, other.version) < 0
    )
  })
}

/** The scene with a part added; an older twin of it goes, and what screening had found is void. */
export function withPart(
  scene: Scene | null,
  planned: PlannedScene,
  id: string,
  product: LocalProduct,
  part: ScenePart,
  stamp: string,
): Scene {
  const mine = twinOf(part.itemId)
  const others = (scene?.parts ?? []).filter((other) => {
    const twin = twinOf(other.itemId)
    const isOlder =
      mine !== null && twin?.key === mine.key && compareVersions(twin.version, mine.version) < 0
    return other.itemId !== part.itemId && !isOlder
  })
  const parts = [...others, part].sort((a, b) => (a.itemId < b.itemId ? -1 : 1))
  const byUser = scene?.decidedBy === 'user'
  const evidence: OffsetDecision['evidence'] = {
    ...scene?.offset?.evidence,
    ...product.evidence,
    [`source ${part.itemId}`]: stamp,
  }
  if (product.offsetFacts) Object.assign(evidence, product.offsetFacts, { offsetOpen: true })
  const offsetReflectance = product.scaling.offset
  const decision =
    product.kind !== 'safe' ? 'not-applicable' : offsetReflectance === 0 ? 'not-due' : 'subtract'
  return {
    id,
    platform: planned.platform,
    capturedAt:
      scene && scene.capturedAt < planned.capturedAt ? scene.capturedAt : planned.capturedAt,
    status: 'read',
    kept: byUser ? (scene as Scene).kept : true,
    decidedBy: byUser ? 'user' : 'rule',
    reason: byUser ? (scene as Scene).reason : null,
    validFraction: null,
    validityFractions: {},
    flags: [],
    offset: {
      decision,
      offsetReflectance: decision === 'subtract' ? offsetReflectance : 0,
      evidence,
      contradiction: null,
    },
    shift: null,
    parts,
    supersededItemIds: [],
    sunElevationDeg: product.sunElevationDeg ?? scene?.sunElevationDeg ?? null,
  }
}

/** A scene of which nothing could be read. */
export function failedScene(
  { platform, capturedAt }: Pick<PlannedScene, 'platform' | 'capturedAt'>,
  id: string,
  reason: string,
): Scene {
  return {
    id,
    platform,
    capturedAt,
    status: 'failed',
    kept: false,
    decidedBy: 'rule',
    reason,
    validFraction: null,
    validityFractions: {},
    flags: [],
    offset: null,
    shift: null,
    parts: [],
    supersededItemIds: [],
    sunElevationDeg: null,
  }
}
