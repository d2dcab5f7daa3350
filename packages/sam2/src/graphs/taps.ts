import { Sam2Error } from '../errors.ts'
import type { Graph, Value } from '../onnx/graph.ts'
import { reshape, transpose } from '../onnx/operators.ts'
import type { GraphOptions } from './graph-options.ts'

/** Inner tensors asked for by name, each made an output where the graph comes by it. */
export interface Taps {
  /** Offers a value in its reference shape; nodes to reshape it are added only if it is wanted. */
  offer(name: string, dims: readonly (number | string)[], make: () => Value): void
  /** @throws Sam2Error `input` naming the taps that the graph never offered */
  close(): void
}

/** The taps of a graph being built. */
export function createTaps(g: Graph, options: GraphOptions): Taps {
  const wanted = new Set(options.taps)
  return {
    offer(name, dims, make) {
      if (wanted.delete(name)) g.output(name, make(), dims)
    },
    close() {
      if (wanted.size === 0) return
      throw new Sam2Error(
        `got taps ${[...wanted].join(', ')}, expected inner tensors of this graph`,
        {
          code: 'input',
          hint: 'Ask for inner tensors by the names that the graph builder documents.',
          details: { taps: [...wanted] },
        },
      )
    },
  }
}

/** Tokens [h * w, C], row-major, as upstream's [1, C, h, w]. */
export function channelsFirst(g: Graph, x: Value, height: number, width: number): Value {
  return reshape(g, transpose(g, x, [1, 0]), [1, -1, height, width])
}
