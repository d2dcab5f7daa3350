import { Sam2Error } from '../errors.ts'
import { printable, printableShape } from '../printable.ts'

/** No tensor of a SAM 2 model has more than four. */
const MAX_DIMS = 8
/** Elements of one tensor; the largest of any official model has 5.3 million. */
export const MAX_TENSOR_ELEMENTS: number = 2 ** 28

/**
 * Number of elements of a shape.
 * @throws Sam2Error `checkpoint` for a shape that no tensor of a model has
 */
export function countElements(file: string, tensor: string, shape: readonly unknown[]): number {
  let count = 1
  const sizes = shape.filter((size) => typeof size === 'number' && size >= 0)
  if (sizes.length === shape.length && shape.length <= MAX_DIMS && sizes.every(Number.isInteger)) {
    // Smallest first, so that a zero decides and no product overflows before the limit is met.
    for (const size of (sizes as number[]).toSorted((a, b) => a - b)) {
      count *= size
      if (count > MAX_TENSOR_ELEMENTS) break
    }
    if (count <= MAX_TENSOR_ELEMENTS) return count
  }
  const got = printable(printableShape(shape.slice(0, MAX_DIMS + 1)))
  throw new Sam2Error(
    `${file}: got tensor ${printable(tensor)} of shape ${got}, expected at most ${MAX_DIMS} sizes and ${MAX_TENSOR_ELEMENTS} elements`,
    { code: 'checkpoint', hint: 'Use an undamaged SAM 2 checkpoint.' },
  )
}
