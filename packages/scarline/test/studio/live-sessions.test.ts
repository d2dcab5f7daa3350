import type { FrameList, LiveAnswer, LiveQuestion } from '@scarline/core'
import { expect, it } from 'vitest'
import type { OpenLiveEngine } from '../../src/server/studio/live-engine.ts'
import { createLiveSessions } from '../../src/server/studio/live-sessions.ts'

const frames = { grid: {}, frames: [] } as unknown as FrameList
const question: LiveQuestion = {
  ...{ sceneId: 'a', objectId: 1, prompts: [], standing: [] },
  ...{ region: null, base: null },
}

/** Answers hasty questions provisionally until one without haste was answered. */
function engine(): { open: OpenLiveEngine; asked: string[] } {
  const asked: string[] = []
  let isSure = false
  const open: OpenLiveEngine = () => ({
    ready: Promise.resolve(),
    async ask(_question, hasty) {
      asked.push(hasty ? 'hasty' : 'whole')
      isSure ||= !hasty
      const plain: Omit<LiveAnswer, 'isProvisional'> = {
        ...{ mask: new Uint8Array(1), areaM2: 0, confidence: 1, flags: [], doubts: [] },
      }
      return { ...plain, isProvisional: !isSure }
    },
    rest() {},
    close: async () => {},
  })
  return { open, asked }
}

it('remembers answers, but for provisional ones', async () => {
  const { open, asked } = engine()
  const live = createLiveSessions({ onClose: () => {} }, open)
  const ask = async (hasty: boolean): Promise<boolean> =>
    (await live.ask('site', '/', frames, question, { hasty })).isProvisional
  expect([await ask(true), await ask(true)]).toEqual([true, true])
  expect([await ask(false), await ask(false)]).toEqual([false, false])
  expect([await ask(true), await ask(true)]).toEqual([false, false])
  expect(asked).toEqual(['hasty', 'hasty', 'whole', 'hasty'])
})
