import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Run, diskError, readOutlineReport } from '@scarline/core'
import { VERSION } from '../../cli/version.ts'
import { buildOutlineReport } from './build-outline-report.ts'

/** Where the report is. */
export interface OutlineReportSummary {
  path: string
  objects: number
  bytes: number
}

/**
 * Writes `report.html` into a folder with an analysis of outlines.
 * @throws ScarlineError `missing-step` where the folder holds none; `corrupt-file`; `disk`
 */
export async function* runOutlineReport(dir: string): Run<OutlineReportSummary> {
  const path = join(resolve(dir), 'report.html')
  yield { type: 'started', stage: 'report', total: null, message: 'writing the report' }
  const data = await readOutlineReport(dir)
  const page = buildOutlineReport(data, `Scarline ${VERSION}`)
  await writeFile(path, page).catch((error: unknown) => {
    throw diskError(error, `write ${path}`)
  })
  const summary: OutlineReportSummary = {
    path,
    objects: data.analysis.objects.length,
    bytes: Buffer.byteLength(page),
  }
  yield { type: 'done', stage: 'report', message: `wrote ${path}`, summary }
  return summary
}
