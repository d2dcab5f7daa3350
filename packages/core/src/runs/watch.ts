import { applyRules, baselineOf } from '../analysis/watch-rules.ts'
import type { WatchFinding, WatchMemory, WatchRule } from '../analysis/watch-types.ts'
import type { RangeClient } from '../cog/range-client.ts'
import { ScarlineError } from '../errors.ts'
import type { Run, RunEvent } from '../model/run-event.ts'
import type { Track } from '../model/track.ts'
import type { WatchEvent, WatchRecord, WatchTargets } from '../model/watch.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import type { Segmenter } from '../tracking/segmenter.ts'
import { analyse } from './analyse.ts'
import { hashOf } from './hash.ts'
import { seriesOf } from './tracked-series.ts'
import {
  type AppendOptions,
  appendFrames,
  appendMasks,
  fetchNewScenes,
  requireHistory,
  untrackedScenes,
} from './watch-append.ts'
import { type DeliverOptions, deliver, requireWebhook } from './watch-deliver.ts'
import { gatherEvidence, isAnalysed } from './watch-evidence.ts'
import { parseWatchRule, readWatch, writeWatch } from './watch-record.ts'

/** How a site is polled. */
export interface WatchOptions {
  /** The engine of that name: the one that the history was tracked with. */
  segmenterOf: (id: string) => Promise<Segmenter>
  /** Rules such as `area=10`; else those of watch.json. */
  rules?: readonly string[] | undefined
  /** Targets; each that is given stands in for watch.json's. */
  targets?: Partial<WatchTargets> | undefined
  confirmFrames?: number | undefined
  /** Write the rules and targets given into watch.json. */
  save?: boolean | undefined
  deliver?: Omit<DeliverOptions, 'signal'> | undefined
  signal?: AbortSignal | undefined
  client?: RangeClient | undefined
  /** The time; the system's by default. */
  now?: (() => Date) | undefined
}

/** What one poll came to. */
export interface WatchSummary {
  /** Ids of scenes that were not there before. */
  newScenes: string[]
  /** Ids of scenes whose masks were made. */
  appended: string[]
  /** Whether this poll set the baseline, or took an object in. */
  baseline: boolean
  /** What fired in this poll. */
  events: WatchEvent[]
  /** Hand-overs that succeeded in this poll, and that are still to do. */
  delivered: number
  pending: number
  /** Why hand-overs failed. */
  failures: string[]
}

const STAGE = 'watch'

type Events<Result> = AsyncGenerator<RunEvent<never>, Result, void>

/**
 * One poll of a site: appends scenes that the archive has gained, without touching the masks of
 * earlier frames, measures, applies the rules, and hands over what fired. The first poll only sets the
 * baseline.
 *
 * What fired is written to `watch.json` together with what the rules remember, in one write, before
 * anything is handed over; each hand-over is noted after it succeeded. A poll that is killed in between
 * therefore finds the same again or hands it over again under the same id: nothing is lost, and a
 * target that keeps the ids it has seen acts once.
 *
 * @throws ScarlineError `missing-step` before the site was tracked, `usage` for rules and addresses;
 * errors of the stages. Targets that fail end nothing: see {@link WatchSummary.failures}.
 */
export async function* watch(folder: SiteFolder, options: WatchOptions): Run<WatchSummary> {
  const { signal } = options
  const now = options.now ?? ((): Date => new Date())
  let record = settingsOf(await readWatch(folder.files), options)
  const rules = record.rules.map(parseWatchRule)
  if (record.targets.webhook !== null) requireWebhook(record.targets.webhook)
  requireWhole(await requireHistory(folder), record)
  const site = await folder.readSite()
  const message = `${site.name}: looking for new scenes`
  yield { type: 'started', stage: STAGE, total: null, message }

  const append: AppendOptions = {
    today: now().toISOString().slice(0, 10),
    segmenterOf: options.segmenterOf,
    signal,
    client: options.client,
  }
  const newScenes = yield* fetchNewScenes(folder, append)
  yield* appendFrames(folder, signal)
  // What a poll that was cut off was appending may still change; what is new joins it.
  const appending = [...new Set([...record.appending, ...(await untrackedScenes(folder))])]
  if (appending.length > 0) {
    record = { ...record, appending }
    await save(folder, record, options)
    yield* appendMasks(folder, appending, append)
  }
  yield* measure(folder, signal)
  signal?.throwIfAborted()

  const judged = yield* judge(folder, record, rules, site.name, now)
  record = { ...judged.record, appending: [], lastPollAt: now().toISOString() }
  await save(folder, record, options)
  const handed = yield* handOver(folder, record, options)
  const summary: WatchSummary = {
    newScenes,
    appended: appending,
    baseline: judged.baseline,
    events: judged.events,
    ...handed,
  }
  yield { type: 'done', stage: STAGE, message: wordsOf(summary), summary }
  return summary
}

/** A propagation that a person began is theirs to end: what it left undone is not new ground. */
function requireWhole({ run }: Track, { appending }: WatchRecord): void {
  if (run === null || appending.length > 0) return
  throw new ScarlineError(
    `got a site whose last propagation was cut off with ${run.pending.length} masks to do, expected one tracked to its end`,
    { code: 'missing-step', hint: 'Run scarline track first.' },
  )
}

/** The record with the rules and targets of this poll. */
function settingsOf(record: WatchRecord, options: WatchOptions): WatchRecord {
  const { rules, targets, confirmFrames } = options
  return {
    ...record,
    rules: rules && rules.length > 0 ? [...rules] : record.rules,
    targets: {
      webhook: targets?.webhook ?? record.targets.webhook,
      command: targets?.command ?? record.targets.command,
    },
    confirmFrames: confirmFrames ?? record.confirmFrames,
  }
}

/** Writes the record; rules and targets of this poll only where they are to be kept. */
async function save(
  folder: SiteFolder,
  record: WatchRecord,
  { save: keep }: WatchOptions,
): Promise<void> {
  if (keep) return writeWatch(folder.files, record)
  const { rules, targets, confirmFrames } = await readWatch(folder.files)
  return writeWatch(folder.files, { ...record, rules, targets, confirmFrames })
}

/** Measures where the analysis does not know all masks. */
async function* measure(folder: SiteFolder, signal: AbortSignal | undefined): Events<void> {
  const series = seriesOf(await folder.readFrames(), await requireHistory(folder))
  if (await isAnalysed(folder, series)) return
  for await (const event of analyse(folder, signal ? { signal } : {})) {
    if (event.type !== 'done') yield event
  }
}

async function* judge(
  folder: SiteFolder,
  record: WatchRecord,
  rules: readonly WatchRule[],
  site: string,
  now: () => Date,
): Events<{ record: WatchRecord; events: WatchEvent[]; baseline: boolean }> {
  const memories: WatchMemory[] = record.memories
  const evidence = await gatherEvidence(
    folder,
    memories,
    record.confirmFrames,
    rules.some(({ kind }) => kind === 'advance'),
  )
  const untold = rules.filter(
    ({ kind }) =>
      (kind === 'step' && !evidence.tellsSteps) || (kind === 'new-zone' && !evidence.tellsZones),
  )
  for (const { kind } of untold) {
    const message = `the analysis tells of no ${kind === 'step' ? 'events' : 'new zones'}: the rule ${kind} was not judged`
    yield { type: 'warning', stage: STAGE, item: null, message }
  }
  const foundAt = now().toISOString()
  const known = new Set(record.events.map(({ id }) => id))
  const events: WatchEvent[] = []
  const next: WatchMemory[] = []
  let baseline = false
  for (const object of evidence.objects) {
    const memory = memories.find(({ objectId }) => objectId === object.objectId)
    if (record.baselineAt === null || memory === undefined) {
      next.push(baselineOf(object))
      baseline = true
      continue
    }
    const judged = applyRules(object, memory, rules, { confirmFrames: record.confirmFrames })
    next.push(judged.memory)
    for (const finding of judged.findings) {
      const event = eventOf(finding, site, record.baselineAt, foundAt)
      if (!known.has(event.id)) events.push(event)
    }
  }
  const targets = (['webhook', 'command'] as const).filter((one) => record.targets[one] !== null)
  const pending = targets.map((target) => ({
    target,
    deliveredAt: null,
    attempts: 0,
    lastError: null,
  }))
  return {
    events,
    baseline,
    record: {
      ...record,
      baselineAt: record.baselineAt ?? foundAt,
      memories: next,
      events: [...record.events, ...events.map((event) => ({ ...event, deliveries: pending }))],
    },
  }
}

function eventOf(
  { rule, objectId, key, at, words, facts }: WatchFinding,
  site: string,
  baselineAt: string,
  foundAt: string,
): WatchEvent {
  const id = hashOf([site, baselineAt, rule, objectId, key])
  return { id, site, rule, objectId, at, foundAt, words, facts }
}

/** Hands over what is pending, oldest first, noting each success at once. */
async function* handOver(
  folder: SiteFolder,
  record: WatchRecord,
  options: WatchOptions,
): Events<Pick<WatchSummary, 'delivered' | 'pending' | 'failures'>> {
  const { signal } = options
  const now = options.now ?? ((): Date => new Date())
  const result = { delivered: 0, pending: 0, failures: [] as string[] }
  const failed = new Set<string>()
  const state = structuredClone(record)
  for (const { deliveries, ...event } of state.events) {
    for (const delivery of deliveries) {
      const { target } = delivery
      if (delivery.deliveredAt !== null || state.targets[target] === null) continue
      // A target that is down is tried with one event a poll, not with all.
      if (failed.has(target)) {
        result.pending++
        continue
      }
      signal?.throwIfAborted()
      delivery.attempts++
      try {
        await deliver(event, target, state.targets, { ...options.deliver, signal, now })
        delivery.deliveredAt = now().toISOString()
        delivery.lastError = null
        result.delivered++
      } catch (error) {
        if (!(error instanceof ScarlineError)) throw error
        delivery.lastError = error.message
        failed.add(target)
        result.pending++
        result.failures.push(error.message)
        yield { type: 'warning', stage: STAGE, item: event.id, message: error.message }
      }
      await save(folder, state, options)
    }
  }
  return result
}

function wordsOf({ appended, baseline, events, pending }: WatchSummary): string {
  const frames = `${appended.length} new frame${appended.length === 1 ? '' : 's'}`
  const fired = baseline
    ? 'baseline set'
    : `${events.length} event${events.length === 1 ? '' : 's'}`
  return `${frames}, ${fired}${pending > 0 ? `, ${pending} still to hand over` : ''}`
}
