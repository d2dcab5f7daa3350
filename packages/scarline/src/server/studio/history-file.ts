import {
  type Prompt,
  ScarlineError,
  type Scene,
  type SiteFolder,
  type StepWords,
  type TrackedFrame,
  promptListSchema,
  trackSchema,
} from '@scarline/core'
import { z } from 'zod'

/** A prompt with its place in the list. */
export interface PlacedPrompt {
  index: number
  prompt: Prompt
}

/** One mask whose lock a person changed. */
export interface LockChange {
  before: boolean
  after: boolean
  /** Of track.json, as it was then: accepting it again brings this very mask back. */
  tracked: TrackedFrame
  /** Where its files are kept, relative to the site folder. */
  mask: string
  probability: string | null
}

export type SceneChoice = Pick<Scene, 'kept' | 'decidedBy' | 'reason'>

/** One thing that a person did: what it changed, both ways. */
export interface HistoryStep {
  words: StepWords
  /** UTC ISO 8601. */
  at: string
  prompts: { removed: PlacedPrompt[]; added: PlacedPrompt[] }
  locks: LockChange[]
  scenes: { id: string; before: SceneChoice; after: SceneChoice }[]
}

/** studio/history.json */
export interface HistoryFile {
  formatVersion: 1
  /** Oldest first. */
  steps: HistoryStep[]
  /** Steps that are done; those after it were taken back. */
  done: number
}

export const HISTORY_FILE = 'studio/history.json'

const isPrompt = (value: unknown): boolean =>
  promptListSchema.safeParse({ formatVersion: 1, prompts: [value] }).success
const isTracked = (value: unknown): boolean =>
  trackSchema.safeParse({ formatVersion: 1, frames: [value], run: null, changes: [] }).success

const placedSchema = z.object({
  index: z.number().int().nonnegative(),
  prompt: z.custom<Prompt>(isPrompt),
})
const choiceSchema = z.object({
  kept: z.boolean(),
  decidedBy: z.enum(['rule', 'user']),
  reason: z.string().nullable(),
})
const historySchema: z.ZodType<HistoryFile> = z.object({
  formatVersion: z.literal(1),
  steps: z.array(
    z.object({
      words: z
        .object({ kind: z.string() })
        .catchall(z.union([z.string(), z.number(), z.boolean(), z.null()])),
      at: z.string(),
      prompts: z.object({ removed: z.array(placedSchema), added: z.array(placedSchema) }),
      locks: z.array(
        z.object({
          before: z.boolean(),
          after: z.boolean(),
          tracked: z.custom<TrackedFrame>(isTracked),
          mask: z.string(),
          probability: z.string().nullable(),
        }),
      ),
      scenes: z.array(z.object({ id: z.string(), before: choiceSchema, after: choiceSchema })),
    }),
  ),
  done: z.number().int().nonnegative(),
})

/** @throws ScarlineError `site-version`, `corrupt-file` */
export async function readHistory({ files }: SiteFolder): Promise<HistoryFile> {
  const bytes = await files.readIfExists(HISTORY_FILE)
  if (bytes === null) return { formatVersion: 1, steps: [], done: 0 }
  const value = jsonOf(bytes)
  const version = (value as { formatVersion?: unknown } | null)?.formatVersion
  if (typeof version === 'number' && version > 1) {
    throw new ScarlineError(
      `${HISTORY_FILE} has formatVersion ${version}, this Scarline reads up to 1`,
      { code: 'site-version', hint: 'Update Scarline; the folder was not changed.' },
    )
  }
  const parsed = historySchema.safeParse(value)
  if (parsed.success && parsed.data.done <= parsed.data.steps.length) return parsed.data
  throw new ScarlineError(
    `got a ${HISTORY_FILE} that cannot be read, expected what the studio writes`,
    {
      code: 'corrupt-file',
      hint: 'Delete it: what was done stays, but can no longer be taken back.',
    },
  )
}

export async function writeHistory({ files }: SiteFolder, history: HistoryFile): Promise<void> {
  await files.write(HISTORY_FILE, `${JSON.stringify(history, null, 1)}\n`)
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
