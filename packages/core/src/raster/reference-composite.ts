import { medianInPlace } from './local-contrast.ts'
import {
  DEFAULT_REGISTRATION,
  type RegistrationOptions,
  type ShiftMeasurement,
  measureShift,
} from './registration.ts'
import { type SamplingPlan, resampleBilinear } from './resample.ts'

/** Feature images of one scene, NaN where the ground was not seen; all scenes have the same layers. */
export interface SceneFeatures {
  id: string
  layers: readonly Float32Array[]
  /** Which composite the scene feeds, e.g. 0 dormant, 1 growing season. */
  group: number
}

/** What scenes are registered to: per layer one composite per group. */
export interface RegistrationReference {
  width: number
  height: number
  /** `composites[layer][group]`, NaN where never seen. */
  composites: Float32Array[][]
  /** Shift of each contributing scene against the reference. */
  shifts: ReadonlyMap<string, ShiftMeasurement>
}

/**
 * Builds a reference from a bounded number of scenes: the median of each layer over the scenes of
 * each group, registered to the reference of the round before; two rounds. After each round the
 * median shift is taken out, so the reference stays where most scenes are.
 *
 * @param scenes held in memory together: some tens, spread over seasons and years
 */
export function buildReference(
  scenes: readonly SceneFeatures[],
  width: number,
  height: number,
  options: RegistrationOptions = DEFAULT_REGISTRATION,
): RegistrationReference {
  let shifts = new Map<string, ShiftMeasurement>()
  let composites = composeAll(scenes, shifts, width, height)
  for (let round = 0; round < 2; round++) {
    const measured = new Map<string, ShiftMeasurement>()
    for (const scene of scenes)
      measured.set(scene.id, measureAgainst({ width, height, composites }, scene.layers, options))
    shifts = centred(measured)
    composites = composeAll(scenes, shifts, width, height)
  }
  return { width, height, composites, shifts }
}

/** {@link measureShift} of a scene's layers against a reference. */
export function measureAgainst(
  reference: Pick<RegistrationReference, 'width' | 'height' | 'composites'>,
  layers: readonly Float32Array[],
  options: RegistrationOptions = DEFAULT_REGISTRATION,
): ShiftMeasurement {
  return measureShift(
    layers.map((scene, layer) => ({ scene, references: reference.composites[layer] ?? [] })),
    reference.width,
    reference.height,
    options,
  )
}

function centred(measured: Map<string, ShiftMeasurement>): Map<string, ShiftMeasurement> {
  const good = [...measured.values()].filter((m) => m.implausible === null)
  if (good.length === 0) return measured
  const colPx = medianInPlace(Float64Array.from(good, (m) => m.colPx))
  const rowPx = medianInPlace(Float64Array.from(good, (m) => m.rowPx))
  return new Map(
    [...measured].map(([id, m]) => [id, { ...m, colPx: m.colPx - colPx, rowPx: m.rowPx - rowPx }]),
  )
}

function composeAll(
  scenes: readonly SceneFeatures[],
  shifts: ReadonlyMap<string, ShiftMeasurement>,
  width: number,
  height: number,
): Float32Array[][] {
  const groups = [...new Set(scenes.map((scene) => scene.group))].sort((a, b) => a - b)
  const layerCount = scenes[0]?.layers.length ?? 0
  return Array.from({ length: layerCount }, (_, layer) =>
    groups.flatMap((group) => {
      const images = scenes
        .filter((scene) => scene.group === group)
        .flatMap((scene) => {
          const data = scene.layers[layer] as Float32Array
          const shift = shifts.get(scene.id)
          if (!shift) return [data]
          return shift.implausible === null ? [displaceBack(data, width, height, shift)] : []
        })
      return images.length === 0 ? [] : [medianImage(images, width * height)]
    }),
  )
}

/** An image moved back by its shift, bilinearly, on its own grid. */
export function displaceBack(
  data: Float32Array,
  width: number,
  height: number,
  shift: { colPx: number; rowPx: number },
): Float32Array {
  const plan: SamplingPlan = {
    kind: 'separable',
    source: { width, height },
    target: { width, height },
    cols: Float64Array.from({ length: width }, (_, col) => col + shift.colPx),
    rows: Float64Array.from({ length: height }, (_, row) => row + shift.rowPx),
  }
  return resampleBilinear(data, plan)
}

/** Per-pixel median of images of equal length; NaN where none has a value. */
export function medianImage(images: readonly Float32Array[], length: number): Float32Array {
  const result = new Float32Array(length).fill(NaN)
  const values = new Float32Array(images.length)
  for (let i = 0; i < length; i++) {
    for (let k = 0; k < images.length; k++) values[k] = (images[k] as Float32Array)[i] as number
    result[i] = medianInPlace(values)
  }
  return result
}
