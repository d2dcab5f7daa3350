import type { FrameFiles } from '../model/frame.ts'
import type { BandName, Scene } from '../model/scene.ts'

/** A frame that is to be made. */
export interface PlannedFrame {
  /** 0..n-1 in time order. */
  index: number
  sceneId: string
  /** UTC ISO 8601. */
  capturedAt: string
  files: FrameFiles
}

/** File name stem of a frame: `0000_2017-01-16`. */
export function frameStem(frame: Pick<PlannedFrame, 'index' | 'capturedAt'>): string {
  return `${String(frame.index).padStart(4, '0')}_${frame.capturedAt.slice(0, 10)}`
}

/**
 * The frames of a site: every kept scene whose windows are read, in time order. True colour where all
 * parts have red, green and blue, false colour (near infrared, red, green) where all have these.
 */
export function planFrames(scenes: readonly Scene[]): PlannedFrame[] {
  return scenes
    .filter((scene) => scene.kept && scene.status === 'read')
    .sort((a, b) => compare(a.capturedAt, b.capturedAt) || compare(a.id, b.id))
    .map((scene, index) => {
      const stem = frameStem({ index, capturedAt: scene.capturedAt })
      return {
        index,
        sceneId: scene.id,
        capturedAt: scene.capturedAt,
        files: {
          picture: `frames/${stem}.png`,
          ndvi: `ndvi/${stem}.tif`,
          validity: `validity/${stem}.tif`,
          trueColour: hasBands(scene, ['red', 'green', 'blue']) ? `true-colour/${stem}.png` : null,
          falseColour: hasBands(scene, ['nir', 'red', 'green']) ? `false-colour/${stem}.png` : null,
        },
      }
    })
}

/** All files of a frame that exist. */
export function filesOf(files: FrameFiles): string[] {
  return [files.picture, files.ndvi, files.validity, files.trueColour, files.falseColour].filter(
    (file) => file !== null,
  )
}

function hasBands(scene: Scene, names: readonly BandName[]): boolean {
  return scene.parts.length > 0 && scene.parts.every((part) => names.every((n) => part.bands[n]))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
