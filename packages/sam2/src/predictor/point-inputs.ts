import { Sam2Error } from '../errors.ts'
import type { PointInputs } from './video-state.ts'

/** Clicks and a box as a caller gives them. */
export interface PointsAndBox {
  /** [x, y] */
  readonly points?: readonly (readonly [number, number])[]
  /** 1 in the object, 0 outside; one for each point. */
  readonly labels?: readonly number[]
  /** [x0, y0, x1, y1] */
  readonly box?: readonly [number, number, number, number]
}

/** Labels of a box's corners. */
const BOX_LABELS = [2, 3]
const LABELS = new Set([-1, 0, 1, 2, 3])

/**
 * Points in model pixels, a box's corners first. Coordinates are divided by the picture's size (1 for
 * normalised ones), then multiplied by the model's, in float32 as upstream.
 * @throws Sam2Error `input`
 */
export function pointInputs(
  { points = [], labels = [], box }: PointsAndBox,
  picture: { readonly width: number; readonly height: number },
  modelSize: number,
): PointInputs {
  if (points.length !== labels.length) {
    throw invalid(
      `${points.length} points and ${labels.length} labels, expected one label for each point`,
    )
  }
  const corners: (readonly [number, number])[] = box
    ? [
        [box[0], box[1]],
        [box[2], box[3]],
      ]
    : []
  const all = [...corners, ...points]
  if (all.length === 0) throw invalid('neither points nor a box, expected at least one of them')
  const allLabels = [...(box ? BOX_LABELS : []), ...labels]
  const coords = new Float32Array(all.length * 2)
  for (const [i, [x, y]] of all.entries()) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      throw invalid(`the coordinates ${x}, ${y}, expected finite numbers`)
    }
    coords[i * 2] = Math.fround(Math.fround(x) / picture.width) * modelSize
    coords[i * 2 + 1] = Math.fround(Math.fround(y) / picture.height) * modelSize
  }
  const unknown = allLabels.find((label) => !LABELS.has(label))
  if (unknown !== undefined) throw invalid(`the label ${unknown}, expected 0 or 1`)
  return { coords, labels: Int32Array.from(allLabels) }
}

/** Points after earlier ones. */
export function joinPoints(earlier: PointInputs | undefined, later: PointInputs): PointInputs {
  if (!earlier) return later
  return {
    coords: Float32Array.from([...earlier.coords, ...later.coords]),
    labels: Int32Array.from([...earlier.labels, ...later.labels]),
  }
}

function invalid(got: string): Sam2Error {
  return new Sam2Error(`got ${got}`, {
    code: 'input',
    hint: 'Give points with a label each, a box, or both.',
  })
}
