import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'

/** Names of files that were being written when their process was killed. */
export const HALF_WRITTEN: RegExp = /\.half-written-[0-9a-f]{12}$/

/**
 * Writes a file so that its name always stands for the whole of the old content or the whole of the
 * new: a disk that fills up may take only a part of the bytes without an error, so they are written
 * beside it until none is left, and renamed.
 *
 * @param durable on the disk before this resolves, come what may
 * @throws the system's error; the file is then as it was
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array | string,
  durable: boolean,
): Promise<void> {
  const beside = `${path}.half-written-${randomBytes(6).toString('hex')}`
  try {
    const file = await open(beside, 'wx')
    try {
      await file.writeFile(bytes)
      if (durable) await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {})
    throw error
  }
}
