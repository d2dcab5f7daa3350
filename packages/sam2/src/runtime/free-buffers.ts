/** The buffers of some arrays, each once, as a transfer list wants them. */
export function buffersOf(arrays: Iterable<ArrayBufferView>): ArrayBuffer[] {
  return [...new Set(Array.from(arrays, ({ buffer }) => buffer as ArrayBuffer))]
}

/**
 * Gives the memory of arrays back at once; they are empty afterwards. Left to the garbage collector, tens
 * of megabytes of large arrays pile up first.
 */
export function freeBuffers(arrays: Iterable<ArrayBufferView>): void {
  // What is sent to a port that is closed is thrown away. Node 20 has no ArrayBuffer.prototype.transfer.
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(undefined, buffersOf(arrays))
  port1.close()
  port2.close()
}
