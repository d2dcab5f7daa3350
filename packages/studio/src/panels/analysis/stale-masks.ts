import type { AnalysisAnswer, Track } from '@scarline/core/model'

/** Masks that the analysis did not measure as they are now. */
export function countStaleMasks(track: Track | null, { analysis }: AnalysisAnswer): number {
  const measured = new Map(
    analysis.objects.flatMap(({ areas }) =>
      areas.map((row) => [`${row.sceneId} ${row.objectId}`, row.areaM2] as const),
    ),
  )
  const frames = track?.frames ?? []
  const changed = frames.filter(({ sceneId, objectId, areaM2 }) => {
    const then = measured.get(`${sceneId} ${objectId}`)
    measured.delete(`${sceneId} ${objectId}`)
    return then === undefined || Math.abs(then - areaM2) > 0.5
  })
  return changed.length + measured.size
}
