/** Bytes of one tensor kept outside the protobuf, so that no graph meets its 2 GB limit. */
export interface ExternalTensor {
  /** The `location` by which the graph names it. */
  readonly path: string
  readonly data: Uint8Array
}

/** A graph ready for a runtime. */
export interface OnnxModel {
  readonly name: string
  /** A serialised ModelProto. */
  readonly proto: Uint8Array
  readonly externalData: readonly ExternalTensor[]
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
}
