/**
 * A folder as the pure-minded parts of the library see it. Names are relative with `/`; a write is
 * atomic: after a crash a file is the old one or the new one, whole.
 */
export interface FileStore {
  read(name: string): Promise<Uint8Array>
  /** Null where there is no such file. */
  readIfExists(name: string): Promise<Uint8Array | null>
  write(name: string, bytes: Uint8Array | string): Promise<void>
  exists(name: string): Promise<boolean>
  /** No error where there is no such file. */
  remove(name: string): Promise<void>
}
