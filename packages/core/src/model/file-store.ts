/**
 * A folder as the pure-minded parts of the library see it. Names are relative with `/`; a write is
 * atomic: after a crash a file is the old one or the new one, whole.
 */
export interface FileStore {
  read(name: string): Promise<Uint8Array>
  /** Null where there is no such file. */
  readIfExists(name: string): Promise<Uint8Array | null>
  /**
   * @param options `durable` (the default): on the disk, come what may, before this resolves. Else a
   * failure of the power may take it; for what can be made again.
   */
  write(name: string, bytes: Uint8Array | string, options?: { durable?: boolean }): Promise<void>
  exists(name: string): Promise<boolean>
  /** No error where there is no such file. */
  remove(name: string): Promise<void>
}
