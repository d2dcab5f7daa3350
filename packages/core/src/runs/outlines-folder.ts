import { readdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import type { OutlineChange } from '../analysis/outline-changes.ts'
import { ScarlineError } from '../errors.ts'
import type { FileStore } from '../model/file-store.ts'
import { diskError, nodeFileStore } from '../site/node-file-store.ts'
import { ANALYSIS_FILES } from './analysis-files.ts'
import { type CsvValue, round, toCsv } from './csv.ts'
import type { DigitisingNoise } from './outlines-noise.ts'

/** Says that a folder holds an analysis of outlines, and of which ones. */
export const OUTLINE_RECORD = 'outlines.json'

/** Written beside the files of an analysis. */
export const OUTLINE_CHANGES = 'changes.csv'

/** outlines.json */
export interface OutlineRecord {
  formatVersion: 1
  /** What the outlines are called: the file's name, or that of the folder which all files share. */
  name: string
  /** What was drawn: every file and day, used or not. */
  sheets: {
    file: string
    /** SHA-256 of the file's bytes, 64 hex digits; null where it is a folder (`.gdb`). */
    sha256: string | null
    /** YYYY-MM-DD; null where nothing tells. */
    day: string | null
    crs: string
    polygons: number
    /** On the ellipsoid, m². */
    totalM2: number
    largestM2: number
    used: boolean
    /** What is to be said of it; null where nothing is. */
    words: string | null
  }[]
  noise: DigitisingNoise
  objectRule: 'overlap' | 'one' | 'attribute'
  objects: {
    objectId: number
    /** Value of the attribute that names it; null where objects are told by overlap. */
    name: string | null
    /** Pixel of its working grid, m, and how far areas on it are off at most. */
    gridPixelM: number
    gridErrorFraction: number
    changes: OutlineChange[]
  }[]
  warnings: string[]
}

const changeSchema: z.ZodType<OutlineChange> = z.object({
  fromDay: z.string(),
  toDay: z.string(),
  days: z.number(),
  changeM2: z.number(),
  changeFraction: z.number().nullable(),
  lowM2: z.number(),
  highM2: z.number(),
  withinNoise: z.boolean(),
  gainedM2: z.number(),
  lostM2: z.number(),
  words: z.string(),
})

export const outlineRecordSchema: z.ZodType<OutlineRecord> = z.object({
  formatVersion: z.literal(1),
  name: z.string(),
  sheets: z.array(
    z.object({
      file: z.string(),
      sha256: z.string().nullable(),
      day: z.string().nullable(),
      crs: z.string(),
      polygons: z.number(),
      totalM2: z.number(),
      largestM2: z.number(),
      used: z.boolean(),
      words: z.string().nullable(),
    }),
  ),
  noise: z.object({
    sdM: z.number(),
    correlationM: z.number(),
    source: z.enum(['given', 'drawn-twice', 'near-dates', 'assumed']),
    correlationSource: z.enum(['given', 'estimated', 'assumed']),
    words: z.string(),
  }),
  objectRule: z.enum(['overlap', 'one', 'attribute']),
  objects: z.array(
    z.object({
      objectId: z.number(),
      name: z.string().nullable(),
      gridPixelM: z.number(),
      gridErrorFraction: z.number(),
      changes: z.array(changeSchema),
    }),
  ),
  warnings: z.array(z.string()),
})

/** Files that an analysis of outlines writes into its folder. */
export const OUTLINE_FILES: readonly string[] = [
  ...Object.values(ANALYSIS_FILES).map((name) => basename(name)),
  OUTLINE_CHANGES,
  OUTLINE_RECORD,
]

/**
 * A folder for an analysis of outlines: one that is not there yet, empty, or holds such an analysis,
 * which is written anew. The names of {@link ANALYSIS_FILES} lie in it without their folder.
 *
 * @throws ScarlineError `invalid-input` where the folder holds something else; `disk`
 */
export async function openOutlineFolder(
  dir: string,
): Promise<{ path: string; files: Pick<FileStore, 'write'> }> {
  const path = resolve(dir)
  const names = await readdir(path).catch((error: unknown): string[] => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw diskError(error, `read the folder ${path}`)
  })
  if (names.length > 0 && !names.includes(OUTLINE_RECORD)) {
    throw new ScarlineError(
      `got ${path}, which holds other files (${names.slice(0, 3).join(', ')}), expected a new folder or one with an analysis of outlines`,
      { code: 'invalid-input', hint: 'Name another folder with --out.', details: { path } },
    )
  }
  const store = nodeFileStore(path)
  return { path, files: { write: (name, bytes) => store.write(basename(name), bytes) } }
}

/** Where results go when nothing is said: beside nothing of the user's. */
export function defaultOutlineFolder(): string {
  return join('.', 'outlines-analysis')
}

/** changes.csv: from each outline to the next. */
export function changesCsv(objects: OutlineRecord['objects']): string {
  const columns = [
    'object',
    'from',
    'to',
    'days',
    'change_m2',
    'change_low_m2',
    'change_high_m2',
    'change_fraction',
    'within_digitising_noise',
    'gained_m2',
    'lost_m2',
    'words',
  ]
  const rows = objects.flatMap(({ objectId, changes }) =>
    changes.map((change): CsvValue[] => [
      objectId,
      change.fromDay,
      change.toDay,
      change.days,
      round(change.changeM2, 1),
      round(change.lowM2, 1),
      round(change.highM2, 1),
      change.changeFraction === null ? null : round(change.changeFraction, 4),
      change.withinNoise,
      round(change.gainedM2, 1),
      round(change.lostM2, 1),
      change.words,
    ]),
  )
  return toCsv(columns, rows)
}
