import { createHash } from 'node:crypto'
import type { FileStore } from '../model/file-store.ts'
import type { Scene } from '../model/scene.ts'
import type { Site } from '../model/site.ts'
import { hashOf } from './hash.ts'
import { validityFile } from './native-grid.ts'

/** Changes whenever screening would decide otherwise on the same windows. */
const VERSION = 1
const RECORD = '.cache/screen.json'

/** `.cache/screen.json`: what the last screening rested on and came to. */
interface ScreeningRecord {
  /** Of the site, the windows' places, scalings and bytes, and what was measured of each scene. */
  hash: string
  /** What the rule decided, by scene; scenes that a person had decided are absent. */
  rulings: Record<string, string>
}

/**
 * Whether screening these scenes again would change nothing: same windows, same site, its results
 * still in scenes.json and on disk. What a person has decided since does not matter.
 *
 * @param scenes those that are read
 */
export async function isScreened(
  files: FileStore,
  site: Site,
  scenes: readonly Scene[],
): Promise<boolean> {
  const record = await readRecord(files)
  if (!record) return false
  for (const scene of scenes) {
    if (scene.decidedBy === 'rule' && record.rulings[scene.id] !== rulingOf(scene)) return false
    if (!(await files.exists(validityFile(scene)))) return false
  }
  return record.hash === (await hashOfScreening(files, site, scenes))
}

/** Forgets what was screened: its files are about to change. */
export async function forgetScreening(files: FileStore): Promise<void> {
  await files.remove(RECORD)
}

/**
 * Notes that these scenes are screened.
 *
 * @param scenes as screening leaves them
 */
export async function recordScreening(
  files: FileStore,
  site: Site,
  scenes: readonly Scene[],
): Promise<void> {
  const ruled = scenes.filter(({ decidedBy }) => decidedBy === 'rule')
  const record: ScreeningRecord = {
    hash: await hashOfScreening(files, site, scenes),
    rulings: Object.fromEntries(ruled.map((scene) => [scene.id, rulingOf(scene)])),
  }
  await files.write(RECORD, `${JSON.stringify(record)}\n`)
}

async function readRecord(files: FileStore): Promise<ScreeningRecord | null> {
  const bytes = await files.readIfExists(RECORD)
  if (!bytes) return null
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<ScreeningRecord> | null
    return typeof value?.hash === 'string' && typeof value.rulings === 'object'
      ? (value as ScreeningRecord)
      : null
  } catch {
    // A damaged cache is no cache.
    return null
  }
}

function rulingOf({ kept, reason }: Scene): string {
  return hashOf([kept, reason])
}

async function hashOfScreening(
  files: FileStore,
  { aoi, grid, settings }: Site,
  scenes: readonly Scene[],
): Promise<string> {
  const facts: unknown[] = [VERSION, aoi, grid, settings]
  for (const scene of scenes) {
    const { id, capturedAt, validFraction, validityFractions, flags, shift } = scene
    facts.push([id, capturedAt, validFraction, validityFractions, flags, shift])
    for (const part of scene.parts) {
      facts.push(part.processingBaseline)
      for (const [name, window] of Object.entries(part.bands)) {
        const bytes = await files.readIfExists(window.file)
        const content = bytes && createHash('sha256').update(bytes).digest('hex')
        facts.push([name, window.file, window.grid, window.scaling, content])
      }
    }
  }
  return hashOf(facts)
}
