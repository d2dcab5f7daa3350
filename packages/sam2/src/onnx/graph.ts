import type { OnnxModel } from './model.ts'
import { type Attribute, type GraphParts, type TensorProto, encodeModel } from './encode-model.ts'

/** Element types of graph values. */
export type ElementType = 'float32' | 'int32' | 'int64' | 'bool'

/** A dimension: a size, or the name of one that is known only when the graph runs. */
export type Dim = number | string

/** What flows along an edge of the graph. */
export interface Value {
  /** Unique in the graph; outputs take the name they are given. */
  name: string
}

/** What a node is called with besides its inputs. */
export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>
  /** Operator set; the standard one when absent. */
  readonly domain?: 'com.microsoft'
}

/** A graph in the making. Operators are the functions of `operators.ts`. */
export interface Graph {
  input(name: string, type: ElementType, dims: readonly Dim[]): Value
  /** A float32 initializer, `data.length` being the product of `dims`. */
  constant(data: Float32Array, dims: readonly number[]): Value
  /** An int64 initializer: shapes, axes, indices. */
  integers(values: readonly number[], dims?: readonly number[]): Value
  /** Adds a node with one output; a null input is one left out. */
  node(type: string, inputs: readonly (Value | null)[], options?: NodeOptions): Value
  /** Adds a node with several outputs. */
  nodes(
    type: string,
    inputs: readonly (Value | null)[],
    outputCount: number,
    options?: NodeOptions,
  ): Value[]
  /** Makes a value an output of the graph. */
  output(name: string, value: Value, dims: readonly Dim[]): void
  /** Serialises. The model shares the buffers of the constants. */
  finish(): OnnxModel
}

/** Initializers above this size are kept outside the protobuf. */
const INLINE_BYTES = 1024

/** An empty graph; the name tells errors and profiles apart. */
export function createGraph(name: string): Graph {
  const parts: GraphParts = { name, nodes: [], initializers: [], inputs: [], outputs: [] }
  const constants = new Map<string, Value>()
  const outputs = new Set<Value>()
  let counter = 0

  const initializer = (tensor: Omit<TensorProto, 'name'>): Value => {
    const value = { name: `constant_${counter++}` }
    parts.initializers.push({ ...tensor, name: value.name })
    return value
  }
  const addNodes: Graph['nodes'] = (type, inputs, outputCount, options = {}) => {
    const id = counter++
    const made = Array.from({ length: outputCount }, (_, i) => ({ name: `${type}_${id}_${i}` }))
    parts.nodes.push({
      name: `${type}_${id}`,
      type,
      inputs: inputs.map((input) => input ?? { name: '' }),
      outputs: made,
      domain: options.domain ?? '',
      attributes: options.attributes ?? {},
    })
    return made
  }

  const graph: Graph = {
    input(inputName, type, dims) {
      const value = { name: inputName }
      parts.inputs.push({ value, type, dims })
      return value
    },
    constant(data, dims) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      return initializer({ type: 'float32', dims, bytes, external: bytes.length > INLINE_BYTES })
    },
    integers(values, dims = [values.length]) {
      const key = `${dims.join()}:${values.join()}`
      const known = constants.get(key)
      if (known) return known
      const data = BigInt64Array.from(values, BigInt)
      const bytes = new Uint8Array(data.buffer)
      const value = initializer({
        type: 'int64',
        dims,
        bytes,
        external: bytes.length > INLINE_BYTES,
      })
      constants.set(key, value)
      return value
    },
    node: (type, inputs, options) => addNodes(type, inputs, 1, options)[0] as Value,
    nodes: addNodes,
    output(outputName, value, dims) {
      const isInput = parts.inputs.some((input) => input.value === value)
      const shared = outputs.has(value) || isInput || value.name.startsWith('constant_')
      const own = shared ? graph.node('Identity', [value]) : value
      own.name = outputName
      outputs.add(own)
      parts.outputs.push({ value: own, type: 'float32', dims })
    },
    finish: () => ({
      name,
      proto: encodeModel(parts),
      externalData: parts.initializers
        .filter(({ external }) => external)
        .map(({ name: path, bytes }) => ({ path, data: bytes })),
      inputNames: parts.inputs.map(({ value }) => value.name),
      outputNames: parts.outputs.map(({ value }) => value.name),
    }),
  }
  return graph
}
