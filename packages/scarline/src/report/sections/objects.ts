import type { ReportData } from '@scarline/core'

/** An object with all that was found of it. */
export interface ReportObject {
  objectId: number
  summary: ReportData['analysis']['objects'][number]
  found: ReportData['evolution']['objects'][number]
  /** ` of object 2`, or nothing where there is one object only. */
  of: string
}

/** What is measured of a site, or of outlines. */
export type Measured = Pick<ReportData, 'analysis' | 'evolution'>

/** The objects of a report with their evolution. */
export function objectsOf({ analysis, evolution }: Measured): ReportObject[] {
  const single = analysis.objects.length === 1
  return analysis.objects.flatMap((summary) => {
    const { objectId } = summary
    const found = evolution.objects.find((one) => one.objectId === objectId)
    return found === undefined
      ? []
      : [{ objectId, summary, found, of: single ? '' : ` of object ${objectId}` }]
  })
}
