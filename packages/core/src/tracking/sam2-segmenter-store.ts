import type { Scratch, SegmentationRequest } from './segmenter.ts'

/** Outputs of tracked frames that are kept for going on after an interruption: more than any memory reaches. */
const RING_SLOTS = 64
const HEADER_BYTES = 4

/** What one object's propagation leaves behind, so that it goes on bit for bit after an interruption. */
export interface ResumeStore {
  /** Frames that the propagation was begun for; null at its beginning. */
  readFrames(): Promise<number[] | null>
  writeFrames(frameIndices: readonly number[]): Promise<void>
  /** Outputs of the conditioning frames, in their order; null where they are not complete. */
  readConditioning(): Promise<{ frameIndex: number; bytes: Uint8Array }[] | null>
  writeConditioning(outputs: readonly { frameIndex: number; bytes: Uint8Array }[]): Promise<void>
  /** Output of a tracked frame; null where it is not, or no longer, there. */
  readOutput(frameIndex: number, reverse: boolean): Promise<Uint8Array | null>
  writeOutput(frameIndex: number, reverse: boolean, bytes: Uint8Array): Promise<void>
}

/** A store in the scratch; another model, prompt or accepted mask makes it another. */
export function resumeStore(
  scratch: Scratch,
  request: SegmentationRequest,
  modelHash: string,
): ResumeStore {
  const dir = `${fingerprint(request, modelHash)}`
  const readJson = async (name: string): Promise<number[] | null> => {
    const bytes = await scratch.read(`${dir}/${name}`)
    return bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as number[]) : null
  }
  const writeJson = (name: string, value: readonly number[]): Promise<void> =>
    scratch.write(`${dir}/${name}`, new TextEncoder().encode(JSON.stringify(value)))
  const slotOf = (frameIndex: number, reverse: boolean): string =>
    `${dir}/${reverse ? 'backward' : 'forward'}-${frameIndex % RING_SLOTS}`
  return {
    readFrames: () => readJson('frames'),
    writeFrames: (frameIndices) => writeJson('frames', frameIndices),
    async readConditioning() {
      const frames = await readJson('conditioning')
      if (!frames) return null
      const outputs: { frameIndex: number; bytes: Uint8Array }[] = []
      for (const frameIndex of frames) {
        const bytes = await scratch.read(`${dir}/conditioning-${frameIndex}`)
        if (!bytes) return null
        outputs.push({ frameIndex, bytes })
      }
      return outputs
    },
    async writeConditioning(outputs) {
      for (const { frameIndex, bytes } of outputs) {
        await scratch.write(`${dir}/conditioning-${frameIndex}`, bytes)
      }
      const frames = outputs.map(({ frameIndex }) => frameIndex)
      await writeJson('conditioning', frames)
    },
    async readOutput(frameIndex, reverse) {
      const bytes = await scratch.read(slotOf(frameIndex, reverse))
      if (!bytes || bytes.length < HEADER_BYTES) return null
      const view = new DataView(bytes.buffer, bytes.byteOffset)
      return view.getUint32(0, true) === frameIndex ? bytes.subarray(HEADER_BYTES) : null
    },
    async writeOutput(frameIndex, reverse, bytes) {
      const slot = new Uint8Array(HEADER_BYTES + bytes.length)
      new DataView(slot.buffer).setUint32(0, frameIndex, true)
      slot.set(bytes, HEADER_BYTES)
      await scratch.write(slotOf(frameIndex, reverse), slot)
    },
  }
}

/** 16 hex digits that tell requests apart: FNV-1a over all that decides the masks, from two starts. */
function fingerprint(request: SegmentationRequest, modelHash: string): string {
  const { objectId, prompts, accepted } = request
  const words = new TextEncoder().encode(
    JSON.stringify([
      modelHash,
      objectId,
      prompts.map((prompt) => (prompt.kind === 'mask' ? { ...prompt, mask: null } : prompt)),
      accepted.map(({ frameIndex }) => frameIndex),
    ]),
  )
  const masks = [
    ...prompts.flatMap((prompt) => (prompt.kind === 'mask' ? [prompt.mask] : [])),
    ...accepted.map(({ mask }) => mask),
  ]
  const halves = [0x811c9dc5, 0x9e3779b9].map((start) => {
    let hash = start
    for (const bytes of [words, ...masks]) {
      for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
    }
    return (hash >>> 0).toString(16).padStart(8, '0')
  })
  return halves.join('')
}
