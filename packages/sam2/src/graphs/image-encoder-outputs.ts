import type { Graph, Value } from '../onnx/graph.ts'
import { reshape } from '../onnx/operators.ts'
import { type Tokens, joinTokens, reorderTokens } from './image-encoder-tokens.ts'
import { type TokenGrid, rowMajor } from './image-encoder-windows.ts'
import { type Taps, channelsFirst } from './taps.ts'

/** Makes tokens an output of the graph: row-major, [height * width, channels]. */
export function outputRows(g: Graph, name: string, tokens: Tokens): void {
  const { height, width } = tokens.grid
  g.output(name, rowsOf(g, tokens), [height * width, tokens.channels])
}

/** Offers tokens as a tap [1, height, width, channels]. */
export function offerChannelsLast(g: Graph, taps: Taps, name: string, tokens: Tokens): void {
  const { height, width } = tokens.grid
  const dims = [1, height, width, tokens.channels]
  taps.offer(name, dims, () => reshape(g, rowsOf(g, tokens), dims))
}

/** Offers tokens as a tap [1, channels, height, width]; `make` is called if it is wanted. */
export function offerChannelsFirst(
  g: Graph,
  taps: Taps,
  name: string,
  { height, width }: TokenGrid,
  channels: number,
  make: () => Tokens,
): void {
  const dims = [1, channels, height, width]
  taps.offer(name, dims, () => channelsFirst(g, rowsOf(g, make()), height, width))
}

function rowsOf(g: Graph, tokens: Tokens): Value {
  return joinTokens(g, reorderTokens(g, tokens, rowMajor(tokens.grid)))
}
