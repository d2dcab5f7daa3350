import { stretchPart } from './stretch.ts'

/** What the worker is sent, and what it answers. */
export interface StretchCall {
  id: number
  picture: ImageBitmap
}
export type StretchReply = { id: number; picture: ImageBitmap } | { id: number; fault: string }

// Entry of the worker that stretches the contrast of whole frames, so that the page stays free.
addEventListener('message', ({ data }: MessageEvent<StretchCall>) => {
  const { id, picture } = data
  try {
    const { width, height } = picture
    const made = stretchPart(picture, { x: 0, y: 0, width, height }).transferToImageBitmap()
    picture.close()
    postMessage({ id, picture: made } satisfies StretchReply, { transfer: [made] })
  } catch (error) {
    postMessage({ id, fault: String(error) } satisfies StretchReply)
  }
})
