import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** An area of `analysis/area.csv` with its 90 % interval, m². */
export interface DatedArea {
  objectId: number
  /** UTC ISO 8601. */
  capturedAt: string
  areaM2: number
  lowM2: number
  highM2: number
}

/** The areas of a site's first object, in time order. */
export async function readAreas(siteDir: string): Promise<DatedArea[]> {
  const text = await readFile(join(siteDir, 'analysis/area.csv'), 'utf8')
  const [head = '', ...lines] = text.trim().split(/\r?\n/)
  const names = head.split(',')
  const rows = lines.map((line) => {
    const cells = line.split(',')
    const cell = (name: string): string => cells[names.indexOf(name)] ?? ''
    return {
      objectId: Number(cell('object')),
      capturedAt: cell('captured_at'),
      areaM2: Number(cell('area_m2')),
      lowM2: Number(cell('area_low_m2')),
      highM2: Number(cell('area_high_m2')),
    }
  })
  return rows.filter(({ objectId }) => objectId === 1)
}
