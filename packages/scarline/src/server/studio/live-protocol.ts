import type { FrameList, LiveAnswer, LiveQuestion, ScarlineErrorCode } from '@scarline/core'

/** To the thread. `open` comes first, once. */
export type LiveCall =
  | { type: 'open'; dir: string; frames: FrameList }
  | { type: 'ask'; id: number; question: LiveQuestion; hasty: boolean }
  /** Others are given the machine for so long, ms. */
  | { type: 'rest'; ms: number }
  | { type: 'close' }

/** From the thread. */
export type LiveReply =
  | { type: 'progress'; done: number; total: number }
  | { type: 'ready' }
  | { type: 'answer'; id: number; answer: LiveAnswer }
  /** Null: it could not be opened. */
  | {
      type: 'refused'
      id: number | null
      code: ScarlineErrorCode
      message: string
      hint: string | null
    }
