import { z } from 'zod'
import { boundaryAdvance } from '../analysis/advance.ts'
import { comparedAreas } from '../analysis/area.ts'
import { NEVER_SEEN } from '../analysis/change.ts'
import type { SeenGround } from '../analysis/mask-comparison.ts'
import { uncertaintySchema } from '../analysis/summary.ts'
import { isUsable } from '../analysis/watch-rules.ts'
import type { WatchMemory, WatchedAdvance, WatchedObject } from '../analysis/watch-types.ts'
import { ScarlineError } from '../errors.ts'
import { isObserved } from '../model/validity.ts'
import { watchedStepSchema, watchedZoneSchema } from '../model/watch.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { type TrackedSeries, readByteRaster, requireTrack } from './tracked-series.ts'

const SUMMARY = 'analysis/summary.json'

const summarySchema = z.object({
  sensorPixelM: z.number(),
  objects: z.array(
    z.object({
      objectId: z.number(),
      areas: z.array(
        z.object({
          sceneId: z.string(),
          capturedAt: z.string(),
          areaM2: z.number(),
          lowM2: z.number(),
          highM2: z.number(),
          uncertainty: uncertaintySchema,
          validInside: z.number(),
          validAround: z.number(),
          confidence: z.number(),
          registrationResidualM: z.number(),
        }),
      ),
      events: z.array(watchedStepSchema).optional(),
      newZones: z.array(watchedZoneSchema).optional(),
    }),
  ),
})

type Summary = z.infer<typeof summarySchema>

/** What an analysis holds for the rules. */
export interface WatchEvidence {
  objects: WatchedObject[]
  /** Whether the analysis tells of steps and of new zones. */
  tellsSteps: boolean
  tellsZones: boolean
}

/** Whether the analysis on disk measured these masks, all of them and as they are now. */
export async function isAnalysed(
  folder: SiteFolder,
  series: readonly TrackedSeries[],
): Promise<boolean> {
  const summary = await readSummary(folder)
  return series.every(({ objectId, entries }) => {
    const rows = summary?.objects.find((object) => object.objectId === objectId)?.areas ?? []
    return (
      rows.length === entries.length &&
      entries.every(({ frame, tracked }, i) => {
        const row = rows[i]
        return row?.sceneId === frame.sceneId && Math.abs(row.areaM2 - tracked.areaM2) < 0.5
      })
    )
  })
}

/**
 * The analysis as rules see it.
 *
 * @param memories what was remembered; null before the baseline
 * @param confirmFrames frames before each new one that advance is measured for, this one included
 * @param withAdvance measure advance of the boundary since the remembered frame
 */
export async function gatherEvidence(
  folder: SiteFolder,
  memories: readonly WatchMemory[],
  confirmFrames: number,
  withAdvance: boolean,
): Promise<WatchEvidence> {
  const summary = await readSummary(folder)
  if (summary === null) {
    throw new ScarlineError(`got a site without ${SUMMARY}, expected an analysis`, {
      code: 'missing-step',
      hint: 'Run scarline analyse first.',
    })
  }
  const objects: WatchedObject[] = []
  for (const { objectId, areas, events, newZones } of summary.objects) {
    const object: WatchedObject = {
      objectId,
      frames: comparedAreas(areas),
      advances: new Map(),
      steps: events ?? null,
      newZones: newZones ?? null,
    }
    const memory = memories.find((one) => one.objectId === objectId)
    const advances =
      withAdvance && memory
        ? await measureAdvances(folder, summary, object, memory, confirmFrames)
        : new Map<string, WatchedAdvance[]>()
    objects.push({ ...object, advances })
  }
  return {
    objects,
    tellsSteps: objects.every(({ steps }) => steps !== null),
    tellsZones: objects.every(({ newZones }) => newZones !== null),
  }
}

async function readSummary(folder: SiteFolder): Promise<Summary | null> {
  const bytes = await folder.files.readIfExists(SUMMARY)
  if (bytes === null) return null
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw damaged('no JSON', cause)
  }
  const parsed = summarySchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw damaged(`${issue?.message} at ${issue?.path.join('.')}`, parsed.error)
}

function damaged(what: string, cause: unknown): ScarlineError {
  return new ScarlineError(`got ${SUMMARY} with ${what}, expected an analysis`, {
    code: 'corrupt-file',
    hint: 'Run scarline analyse again.',
    cause,
  })
}

/** Advance of the boundary from the remembered frame to each frame that may fire or confirm. */
async function measureAdvances(
  folder: SiteFolder,
  summary: Summary,
  object: WatchedObject,
  memory: WatchMemory,
  confirmFrames: number,
): Promise<Map<string, WatchedAdvance[]>> {
  const result = new Map<string, WatchedAdvance[]>()
  const { list, series } = await requireTrack(folder)
  const one = series.find(({ objectId }) => objectId === object.objectId)
  const from = object.frames.find(({ sceneId }) => sceneId === memory.advanceFrom)
  if (one === undefined || from === undefined) return result
  const later = object.frames.filter(
    (frame) => frame.capturedAt > from.capturedAt && isUsable(frame),
  )
  const judged = new Set(memory.sceneIds)
  const wanted = later.filter((_, i) =>
    later
      .slice(Math.max(0, i - confirmFrames + 1), i + confirmFrames)
      .some(({ sceneId }) => !judged.has(sceneId)),
  )
  if (wanted.length === 0) return result
  const areas = summary.objects.find(({ objectId }) => objectId === object.objectId)?.areas ?? []
  const residuals = new Map(areas.map((row) => [row.sceneId, row.registrationResidualM]))
  const groundOf = (sceneId: string): Promise<SeenGround | null> =>
    readGround(folder, one, sceneId, residuals.get(sceneId) ?? 0)
  const before = await groundOf(from.sceneId)
  if (before === null) return result
  for (const { sceneId, capturedAt } of wanted) {
    const after = await groundOf(sceneId)
    if (after === null) continue
    const advance = boundaryAdvance(
      { grid: list.grid, before, after, sensorPixelM: summary.sensorPixelM },
      { fromAt: from.capturedAt, toAt: capturedAt },
    )
    const sectors = (advance?.sectors ?? []).flatMap(({ sector, advance: own }) =>
      own ? [{ sector, meanM: own.meanM, lowM: own.lowM, highM: own.highM }] : [],
    )
    result.set(sceneId, sectors)
  }
  return result
}

async function readGround(
  folder: SiteFolder,
  { entries }: TrackedSeries,
  sceneId: string,
  registrationResidualM: number,
): Promise<SeenGround | null> {
  const entry = entries.find(({ frame }) => frame.sceneId === sceneId)
  if (entry === undefined) return null
  const { grid } = await folder.readFrames()
  const mask = await readByteRaster(folder, entry.tracked.mask, grid)
  const validity = await readByteRaster(folder, entry.frame.files.validity, grid)
  const { probability } = entry.tracked
  return {
    states: mask.map((value, i) => (isObserved(validity[i] as number) ? value : NEVER_SEEN)),
    probability: probability === null ? null : await readByteRaster(folder, probability, grid),
    registrationResidualM,
  }
}
