import { createHash } from 'node:crypto'
import type { PlannedFrame } from '../frames/plan-frames.ts'
import type { FileStore } from '../model/file-store.ts'
import type { Grid } from '../model/grid.ts'
import type { Scene } from '../model/scene.ts'
import { ScarlineError } from '../errors.ts'
import { LOOK_AHEAD_FRAMES } from './frame-memory.ts'
import { hashOf } from './hash.ts'
import { validityFile } from './native-grid.ts'

/** What a frame's files were made from, to tell a stale one. */
export interface FrameInputs {
  /** Of NDVI and validity. */
  measured: string
  /** Of the picture: also of all frames before, which hidden pixels are filled from. */
  picture: string
  /** Of the colour pictures, with the series' stretch; null where the frame has none. */
  colour: string | null
  /** Of the pixels that came out: of NDVI and validity, of the picture. */
  content: { measured: string; picture: string }
  /** All files of the frame, to remove them when the frame goes or is renamed. */
  files: string[]
}

/** `.cache/frames.json`: what is on disk, by scene. */
export interface FrameRecord {
  formatVersion: 1
  frames: Record<string, FrameInputs>
  /** Of all frames together and the settings: what frames.json says. Null while frames are in work. */
  series: string | null
  /** Of frames.mp4; null where there is none. */
  video: string | null
}

const RECORD = '.cache/frames.json'
/** Changes when the same inputs would give other files. */
const RENDERER_VERSION = 1

export async function readFrameRecord(files: FileStore): Promise<FrameRecord> {
  const empty: FrameRecord = { formatVersion: 1, frames: {}, series: null, video: null }
  const bytes = await files.readIfExists(RECORD)
  if (!bytes) return empty
  try {
    const record = JSON.parse(new TextDecoder().decode(bytes)) as FrameRecord
    return record.formatVersion === 1 && typeof record.frames === 'object' ? record : empty
  } catch {
    // A cache that cannot be read is no cache; everything is made again.
    return empty
  }
}

export async function writeFrameRecord(files: FileStore, record: FrameRecord): Promise<void> {
  await files.write(RECORD, JSON.stringify(record))
}

/**
 * Hash of all that a frame's measurements come from: the bytes of its windows and validity codes,
 * scaling, shift, grids and the frame's name.
 *
 * @throws ScarlineError `missing-step` where the scene was not screened
 */
export async function hashMeasured(
  files: FileStore,
  frame: PlannedFrame,
  scene: Scene,
  siteGrid: Grid,
  nativeGrid: Grid,
): Promise<string> {
  const digests: Record<string, string> = {}
  const digest = async (file: string): Promise<void> => {
    digests[file] = createHash('sha256')
      .update(await files.read(file))
      .digest('hex')
  }
  const validity = validityFile(scene)
  if (!(await files.exists(validity)))
    throw new ScarlineError(`${scene.id} has no validity codes: it was never screened`, {
      code: 'missing-step',
      hint: 'Run scarline acquire (or import) again.',
    })
  await digest(validity)
  for (const part of scene.parts)
    for (const [name, window] of Object.entries(part.bands))
      if (name !== 'scl') await digest(window.file)
  return hashOf([
    RENDERER_VERSION,
    frame,
    scene.shift,
    scene.parts.map((part) => part.bands),
    siteGrid,
    nativeGrid,
    digests,
  ])
}

/** SHA-256 of pixels, first 16 hex digits. */
export function hashPixels(...arrays: readonly (Float32Array | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const { buffer, byteOffset, byteLength } of arrays)
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex').slice(0, 16)
}

/**
 * Hashes of the frames' pictures: each depends on the frames before, the first ones also on those
 * that their unseen pixels are looked up in.
 *
 * @param measured of the frames in order
 */
export function hashPictures(measured: readonly string[]): string[] {
  let before = hashOf(measured.slice(0, LOOK_AHEAD_FRAMES))
  return measured.map((own) => (before = hashOf([own, before])))
}
