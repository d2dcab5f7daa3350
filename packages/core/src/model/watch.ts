import { z } from 'zod'

/** Where events go. */
export interface WatchTargets {
  /** Gets each event as a POST of JSON; http or https. */
  webhook: string | null
  /** Gets each event as JSON on its standard input. */
  command: WatchCommand | null
}

/** A program to start for each event. */
export interface WatchCommand {
  program: string
  args: string[]
  /** Hand the program to a shell as a command line. */
  shell: boolean
}

/** How far one target has got with one event. */
export interface WatchDelivery {
  target: 'webhook' | 'command'
  /** UTC ISO 8601; null while it is pending. */
  deliveredAt: string | null
  attempts: number
  lastError: string | null
}

/** Something that a rule found, told once. */
export interface WatchEvent {
  /** Idempotency key: a target that gets an event twice knows it by this. */
  id: string
  site: string
  rule: string
  objectId: number
  /** When it shows, UTC ISO 8601. */
  at: string
  /** When the watch found it, UTC ISO 8601. */
  foundAt: string
  words: string
  facts: Record<string, string | number>
}

/** watch.json */
export interface WatchRecord {
  formatVersion: 1
  /** Rules (`area=10`) and targets to go by where none are given. */
  rules: string[]
  targets: WatchTargets
  /** Frames in a row that must show growth or advance. */
  confirmFrames: number
  /** When the watch began, UTC ISO 8601; null before the first poll has ended. */
  baselineAt: string | null
  lastPollAt: string | null
  /** Scenes that are being appended: their masks may still change, others may not. */
  appending: string[]
  /** Per object, what its rules remember. */
  memories: WatchMemoryRecord[]
  /** All that fired, oldest first. */
  events: (WatchEvent & { deliveries: WatchDelivery[] })[]
}

/** What a watch remembers of an object; see `WatchMemory` of the analysis. */
export interface WatchMemoryRecord {
  objectId: number
  sceneIds: string[]
  areaFrom: string | null
  advanceFrom: string | null
  historyUntil: string
  steps: {
    kind: string
    afterAt: string
    byAt: string
    changeM2: number
    lowM2: number
    highM2: number
    confirmed: boolean
  }[]
  newZones: {
    lngLat: [lng: number, lat: number]
    areaM2: number
    sinceAfterAt: string
    sinceByAt: string
    confirmedAt: string
    character?: 'apart' | 'lobe' | 'fringe' | undefined
  }[]
}

/** A step as the analysis writes it; more fields may stand beside these. */
export const watchedStepSchema: z.ZodType<WatchMemoryRecord['steps'][number]> = z.object({
  kind: z.string(),
  afterAt: z.string(),
  byAt: z.string(),
  changeM2: z.number(),
  lowM2: z.number(),
  highM2: z.number(),
  confirmed: z.boolean(),
})

/** A new zone as the analysis writes it; more fields may stand beside these. */
export const watchedZoneSchema: z.ZodType<WatchMemoryRecord['newZones'][number]> = z.object({
  lngLat: z.tuple([z.number(), z.number()]),
  areaM2: z.number(),
  sinceAfterAt: z.string(),
  sinceByAt: z.string(),
  confirmedAt: z.string(),
  character: z.enum(['apart', 'lobe', 'fringe']).optional(),
})

export const watchRecordSchema: z.ZodType<WatchRecord> = z.object({
  formatVersion: z.literal(1),
  rules: z.array(z.string()),
  targets: z.object({
    webhook: z.string().nullable(),
    command: z
      .object({ program: z.string(), args: z.array(z.string()), shell: z.boolean() })
      .nullable(),
  }),
  confirmFrames: z.number().int().positive(),
  baselineAt: z.string().nullable(),
  lastPollAt: z.string().nullable(),
  appending: z.array(z.string()),
  memories: z.array(
    z.object({
      objectId: z.number(),
      sceneIds: z.array(z.string()),
      areaFrom: z.string().nullable(),
      advanceFrom: z.string().nullable(),
      historyUntil: z.string(),
      steps: z.array(watchedStepSchema),
      newZones: z.array(watchedZoneSchema),
    }),
  ),
  events: z.array(
    z.object({
      id: z.string(),
      site: z.string(),
      rule: z.string(),
      objectId: z.number(),
      at: z.string(),
      foundAt: z.string(),
      words: z.string(),
      facts: z.record(z.string(), z.union([z.string(), z.number()])),
      deliveries: z.array(
        z.object({
          target: z.enum(['webhook', 'command']),
          deliveredAt: z.string().nullable(),
          attempts: z.number(),
          lastError: z.string().nullable(),
        }),
      ),
    }),
  ),
})
