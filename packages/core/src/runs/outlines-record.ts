import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, extname, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { outlineChanges } from '../analysis/outline-changes.ts'
import type { AnalysisSummary } from '../model/analysis-areas.ts'
import { diskError } from '../site/node-file-store.ts'
import type { OutlineRecord } from './outlines-folder.ts'
import type { OutlinePlan } from './outlines-plan.ts'
import type { OutlineSeries } from './outlines-source.ts'

/**
 * What outlines.json holds: files with their hashes, what was left out and why, noise, objects, changes.
 * @throws ScarlineError `disk` where a file can no longer be read
 */
export async function outlineRecord(
  { sheets, verdicts, rule, noise, warnings, objects: days }: OutlinePlan,
  series: readonly OutlineSeries[],
  { objects }: Pick<AnalysisSummary, 'objects'>,
): Promise<OutlineRecord> {
  const files = [...new Set(sheets.map(({ file }) => file))]
  const hashes = new Map<string, string | null>()
  for (const file of files) hashes.set(file, await sha256Of(file))
  return {
    formatVersion: 1,
    name: collectionName(files),
    sheets: sheets.map(({ file, day, crs, features, totalM2, largestM2 }, i) => ({
      file,
      sha256: hashes.get(file) ?? null,
      day,
      crs,
      polygons: features.length,
      totalM2,
      largestM2,
      used: verdicts.get(i)?.use ?? true,
      words: verdicts.get(i)?.words ?? null,
    })),
    noise,
    objectRule: rule,
    objects: objects.map(({ objectId, areas }, i) => ({
      objectId,
      name: days[i]?.[0]?.outlines[0]?.name ?? null,
      gridPixelM: series[i]?.grid.transform[0] ?? 0,
      gridErrorFraction: series[i]?.gridErrorFraction ?? 0,
      changes: outlineChanges(areas),
    })),
    warnings,
  }
}

/** The name of a single file without its ending, else of the deepest folder that holds all files. */
export function collectionName(files: readonly string[]): string {
  const [only] = files
  if (only !== undefined && files.length === 1) return basename(only, extname(only))
  const folders = files.map((file) => dirname(resolve(file)).split(sep))
  const first = folders[0] ?? []
  const differs = first.findIndex((part, i) => folders.some((parts) => parts[i] !== part))
  const common = differs === -1 ? first : first.slice(0, differs)
  return common.at(-1) || 'outlines'
}

async function sha256Of(file: string): Promise<string | null> {
  try {
    if ((await stat(file)).isDirectory()) return null
    const hash = createHash('sha256')
    await pipeline(createReadStream(file), hash)
    return hash.digest('hex')
  } catch (error) {
    throw diskError(error, `read ${file}`)
  }
}
