import { Sam2Error } from '../errors.ts'
import { printable, printableShape } from '../printable.ts'
import type { Sam2Config } from './model-config.ts'
import { OFFICIAL_CONFIGS } from './official-configs.ts'
import { tensorSpec } from './tensor-spec.ts'

/** Names and shapes, as a checkpoint gives them. */
export type TensorShapes = ReadonlyMap<string, { readonly shape: readonly number[] }>

/** A tensor that keeps a set of tensors from being a model. */
interface Mismatch {
  readonly tensor: string
  readonly got: readonly number[] | undefined
  readonly expected: readonly number[] | undefined
}

/** Shapes that tell apart models of the same tensor names. */
const SIZE_TENSORS: readonly string[] = [
  'image_encoder.trunk.patch_embed.proj.weight',
  'image_encoder.neck.convs.0.conv.weight',
  'memory_encoder.out_proj.weight',
]

/**
 * The official configuration that the tensors belong to: size and version follow from their names
 * and shapes alone.
 * @param name the checkpoint, for messages
 * @throws Sam2Error `weights` naming the first tensor that the nearest official model does not
 *   have so; `config` when the tensors are those of a SAM 2 model of other sizes
 */
export function recogniseConfig(tensors: TensorShapes, name: string): Sam2Config {
  let nearest: { config: Sam2Config; mismatches: Mismatch[] } | undefined
  for (const config of OFFICIAL_CONFIGS) {
    const mismatches = findMismatches(tensors, config)
    if (mismatches.length === 0) return config
    if (!nearest || mismatches.length < nearest.mismatches.length) nearest = { config, mismatches }
  }
  const { config, mismatches } = nearest as { config: Sam2Config; mismatches: Mismatch[] }
  const spec = tensorSpec(config)
  const shared = [...spec.keys()].filter((tensor) => tensors.has(tensor)).length
  if (shared * 2 < spec.size) {
    throw new Sam2Error(
      `${name}: got ${tensors.size} tensors of some other model, ${shared} of them with names of ${config.name}; expected the ${spec.size} of a SAM 2 model (${describe(mismatches[0] as Mismatch)})`,
      {
        code: 'weights',
        hint: 'Use an official SAM 2 or SAM 2.1 checkpoint.',
        details: { tensor: mismatches[0]?.tensor, nearest: config.name },
      },
    )
  }
  if (SIZE_TENSORS.every((tensor) => isOfOtherSize(tensors, spec, tensor))) {
    const [tensor] = SIZE_TENSORS as [string]
    throw new Sam2Error(
      `${name}: got a SAM 2 model of no official size (${tensor} is ${printableShape(shapeOf(tensors, tensor) ?? [])}), expected its configuration too`,
      {
        code: 'config',
        hint: "Give the model's configuration beside the checkpoint.",
        details: { tensor },
      },
    )
  }
  throw mismatchError(name, config, mismatches)
}

/**
 * Checks that the tensors are those of a model: all of them, so shaped, and no others.
 * @param name the checkpoint, for messages
 * @throws Sam2Error `weights` naming the first missing, misshapen or surplus tensor
 */
export function checkTensors(tensors: TensorShapes, config: Sam2Config, name = 'checkpoint'): void {
  const mismatches = findMismatches(tensors, config)
  if (mismatches.length > 0) throw mismatchError(name, config, mismatches)
}

/** In the model's order: missing and misshapen tensors; then those that it does not have. */
function findMismatches(tensors: TensorShapes, config: Sam2Config): Mismatch[] {
  const mismatches: Mismatch[] = []
  const spec = tensorSpec(config)
  for (const [tensor, expected] of spec) {
    const got = shapeOf(tensors, tensor)
    if (!got || !sameShape(got, expected)) mismatches.push({ tensor, got, expected })
  }
  for (const [tensor, { shape }] of tensors) {
    if (!spec.has(tensor)) mismatches.push({ tensor, got: shape, expected: undefined })
  }
  return mismatches
}

function shapeOf(tensors: TensorShapes, tensor: string): readonly number[] | undefined {
  return tensors.get(tensor)?.shape
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, i) => length === b[i])
}

/** The tensor is there, with as many sizes, but other ones. */
function isOfOtherSize(
  tensors: TensorShapes,
  spec: ReadonlyMap<string, readonly number[]>,
  tensor: string,
): boolean {
  const got = shapeOf(tensors, tensor)
  const expected = spec.get(tensor) as readonly number[]
  return got !== undefined && got.length === expected.length && !sameShape(got, expected)
}

function describe({ tensor, got, expected }: Mismatch): string {
  const name = printable(tensor)
  if (!got) return `no tensor ${name}`
  if (!expected) return `tensor ${name}, which is not part of it`
  return `tensor ${name} of shape ${printable(printableShape(got))}`
}

function mismatchError(
  name: string,
  config: Sam2Config,
  mismatches: readonly Mismatch[],
): Sam2Error {
  const first = mismatches[0] as Mismatch
  const expected = first.expected ? `${printableShape(first.expected)} of` : 'only those of'
  const more = mismatches.length > 1 ? ` (and ${mismatches.length - 1} more)` : ''
  return new Sam2Error(
    `${name}: got ${describe(first)}, expected ${expected} ${config.name}${more}`,
    {
      code: 'weights',
      hint: 'Use an undamaged checkpoint of that model, or the configuration that belongs to this one.',
      details: { tensor: first.tensor, got: first.got, expected: first.expected },
    },
  )
}
