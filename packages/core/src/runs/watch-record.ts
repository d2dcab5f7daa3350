import { WATCH_RULES } from '../analysis/watch-rules.ts'
import { WATCH_RULE_KINDS, type WatchRule } from '../analysis/watch-types.ts'
import { ScarlineError } from '../errors.ts'
import type { FileStore } from '../model/file-store.ts'
import { type WatchRecord, watchRecordSchema } from '../model/watch.ts'
import { type SiteDocument, readDocument, writeDocument } from '../site/site-json.ts'

const WATCH: SiteDocument<WatchRecord> = {
  name: 'watch.json',
  schema: watchRecordSchema,
  formatVersion: 1,
  hint: 'Run scarline watch first.',
  mend: 'Restore it from a backup; deleting it begins the watch anew and forgets what has fired.',
}

/** Rules where neither flags nor watch.json name any. */
export const DEFAULT_RULES: readonly string[] = ['area=10', 'step', 'new-zone']

/** Frames in a row that show growth before it fires, where nothing else is said. */
const DEFAULT_CONFIRM_FRAMES = 2

/** A site's watch.json, or what it begins with. */
export async function readWatch(files: FileStore): Promise<WatchRecord> {
  return (
    (await readDocument(files, WATCH)) ?? {
      formatVersion: 1,
      rules: [...DEFAULT_RULES],
      targets: { webhook: null, command: null },
      confirmFrames: DEFAULT_CONFIRM_FRAMES,
      baselineAt: null,
      lastPollAt: null,
      appending: [],
      memories: [],
      events: [],
    }
  )
}

/** Writes watch.json, whole or not at all. */
export async function writeWatch(files: FileStore, record: WatchRecord): Promise<void> {
  await writeDocument(files, WATCH, record)
}

/**
 * A rule as a user states it: `area=10`, `step`, `new-zone=2000`.
 * @throws ScarlineError `usage`
 */
export function parseWatchRule(text: string): WatchRule {
  const [, name = '', number] = /^\s*([a-z-]+)\s*(?:=\s*(.+?)\s*)?$/.exec(text) ?? []
  const kind = WATCH_RULE_KINDS.find((one) => one === name)
  if (kind === undefined) {
    throw new ScarlineError(`got the rule ${text}, expected one of ${ruleHelp()}`, {
      code: 'usage',
    })
  }
  const { unit, default: standard, min, max } = WATCH_RULES[kind]
  const value = number === undefined ? standard : Number(number)
  if (value === null || !(value >= min && value <= max)) {
    throw new ScarlineError(`got the rule ${text}, expected ${kind}=N with N ${unit}`, {
      code: 'usage',
    })
  }
  return { kind, value }
}

/** The rules there are, in one line. */
export function ruleHelp(): string {
  return WATCH_RULE_KINDS.map((kind) => {
    const { unit, default: standard } = WATCH_RULES[kind]
    return `${kind}${standard === null ? '=N' : '[=N]'} (N: ${unit})`
  }).join(', ')
}
