import type { AnalysisAnswer } from '@scarline/core/model'
import type { CurveObject } from '../../charts/area-plan.ts'

/** The objects of an analysis with what was found in each. */
export function curveObjects({ analysis, evolution }: AnalysisAnswer): CurveObject[] {
  return analysis.objects.flatMap((summary) => {
    const found = evolution.objects.find(({ objectId }) => objectId === summary.objectId)
    return found && summary.areas.length > 0 ? [{ summary, found }] : []
  })
}

/** The object that clicks go to, else the first. */
export function shownObject(analysis: AnalysisAnswer, objectId: number): CurveObject | null {
  const objects = curveObjects(analysis)
  return objects.find(({ summary }) => summary.objectId === objectId) ?? objects[0] ?? null
}
