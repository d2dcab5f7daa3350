/** How a graph is built. */
export interface GraphOptions {
  /** Inner tensors that become outputs too, for comparison with reference values. */
  readonly taps?: readonly string[]
}
