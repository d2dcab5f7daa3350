import type { Frame } from '../model/frame.ts'

/** File name stem of a frame: `0000_2017-01-16`. */
export function frameStem(frame: Pick<Frame, 'index' | 'capturedAt'>): string {
  return `${String(frame.index).padStart(4, '0')}_${frame.capturedAt.slice(0, 10)}`
}

/** Folder of an object's masks or probabilities: object 1 at the top, others in `object-<n>/`. */
export function objectFile(kind: 'masks' | 'probability', objectId: number, stem: string): string {
  return objectId === 1 ? `${kind}/${stem}.tif` : `${kind}/object-${objectId}/${stem}.tif`
}
