import type { Dim, ElementType, Value } from './graph.ts'
import { type MessageWriter, messageWriter } from './protobuf.ts'

/** A node's attribute: integers by default, floats where marked. */
export type Attribute = number | string | readonly number[] | { readonly float: number }

/** A named constant of the graph. */
export interface TensorProto {
  name: string
  type: ElementType
  dims: readonly number[]
  /** Little endian, C order. */
  bytes: Uint8Array
  external: boolean
}

/** An operator with its edges. */
export interface NodeProto {
  name: string
  type: string
  domain: string
  inputs: readonly Value[]
  outputs: readonly Value[]
  attributes: Readonly<Record<string, Attribute>>
}

/** An input or output of the graph. */
export interface ValueInfo {
  value: Value
  type: ElementType
  dims: readonly Dim[]
}

/** All of a graph, ready to be written. */
export interface GraphParts {
  name: string
  nodes: NodeProto[]
  initializers: TensorProto[]
  inputs: ValueInfo[]
  outputs: ValueInfo[]
}

const IR_VERSION = 10
const OPSET_VERSION = 21
const MICROSOFT_VERSION = 1
const ELEMENT_TYPES: Record<ElementType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 }
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 }
const EXTERNAL = 1

/** Serialises a ModelProto; field numbers are those of onnx.proto (IR 10). */
export function encodeModel(graph: GraphParts): Uint8Array {
  return messageWriter()
    .int(1, IR_VERSION)
    .string(2, '@scarline/sam2')
    .message(7, encodeGraph(graph))
    .message(8, messageWriter().string(1, '').int(2, OPSET_VERSION))
    .message(8, messageWriter().string(1, 'com.microsoft').int(2, MICROSOFT_VERSION))
    .finish()
}

function encodeGraph(graph: GraphParts): MessageWriter {
  const writer = messageWriter()
  for (const node of graph.nodes) writer.message(1, encodeNode(node))
  writer.string(2, graph.name)
  for (const tensor of graph.initializers) writer.message(5, encodeTensor(tensor))
  for (const info of graph.inputs) writer.message(11, encodeValueInfo(info))
  for (const info of graph.outputs) writer.message(12, encodeValueInfo(info))
  return writer
}

function encodeNode(node: NodeProto): MessageWriter {
  const writer = messageWriter()
  for (const { name } of node.inputs) writer.string(1, name)
  for (const { name } of node.outputs) writer.string(2, name)
  writer.string(3, node.name).string(4, node.type)
  for (const [name, value] of Object.entries(node.attributes)) {
    writer.message(5, encodeAttribute(name, value))
  }
  if (node.domain) writer.string(7, node.domain)
  return writer
}

function encodeAttribute(name: string, value: Attribute): MessageWriter {
  const writer = messageWriter().string(1, name)
  if (typeof value === 'number') return writer.int(3, value).int(20, ATTRIBUTE.int)
  if (typeof value === 'string') {
    return writer.bytes(4, new TextEncoder().encode(value)).int(20, ATTRIBUTE.string)
  }
  if ('float' in value) return writer.float(2, value.float).int(20, ATTRIBUTE.float)
  return writer.packedInts(8, value).int(20, ATTRIBUTE.ints)
}

function encodeTensor(tensor: TensorProto): MessageWriter {
  const writer = messageWriter()
    .packedInts(1, tensor.dims)
    .int(2, ELEMENT_TYPES[tensor.type])
    .string(8, tensor.name)
  if (!tensor.external) return writer.bytes(9, tensor.bytes)
  const entry = (key: string, value: string): MessageWriter =>
    messageWriter().string(1, key).string(2, value)
  return writer
    .message(13, entry('location', tensor.name))
    .message(13, entry('offset', '0'))
    .message(13, entry('length', String(tensor.bytes.length)))
    .int(14, EXTERNAL)
}

function encodeValueInfo({ value, type, dims }: ValueInfo): MessageWriter {
  const shape = messageWriter()
  for (const dim of dims) {
    const entry = messageWriter()
    if (typeof dim === 'number') entry.int(1, dim)
    else entry.string(2, dim)
    shape.message(1, entry)
  }
  const tensorType = messageWriter().int(1, ELEMENT_TYPES[type]).message(2, shape)
  return messageWriter().string(1, value.name).message(2, messageWriter().message(1, tensorType))
}
