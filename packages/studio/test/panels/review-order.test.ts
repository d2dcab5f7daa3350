import { describe, expect, it } from 'vitest'
import { nextInQueue, previousSeen, reviewKey } from '../../src/panels/track/review-order.ts'

const item = (sceneId: string, objectId = 1) => ({ sceneId, objectId, gainM2: 1, score: 0.5 })
const QUEUE = [item('c'), item('a'), item('b'), item('a', 2)]

describe('the next frame to review', () => {
  it('is the best that was not looked at', () => {
    expect(nextInQueue(QUEUE, [], null)).toEqual(item('c'))
    expect(nextInQueue(QUEUE, ['c 1'], 'c 1')).toEqual(item('a'))
    expect(nextInQueue(QUEUE, ['c 1', 'a 1'], 'a 1')).toEqual(item('b'))
  })

  it('is not the one in view, and another object on the same frame is another line', () => {
    expect(nextInQueue(QUEUE, [], 'c 1')).toEqual(item('a'))
    expect(nextInQueue(QUEUE, ['c 1', 'a 1', 'b 1'], 'b 1')).toEqual(item('a', 2))
  })

  it('begins again once all were looked at', () => {
    const all = QUEUE.map(reviewKey)
    expect(nextInQueue(QUEUE, all, 'b 1')).toEqual(item('a', 2))
    expect(nextInQueue(QUEUE, all, 'a 2')).toEqual(item('c'))
    expect(nextInQueue([], [], null)).toBeNull()
  })

  it('goes back the way it came', () => {
    expect(previousSeen(QUEUE, ['c 1', 'a 1', 'b 1'], 'b 1')).toEqual(item('a'))
    expect(previousSeen(QUEUE, ['c 1', 'a 1'], 'x 1')).toEqual(item('a'))
    expect(previousSeen(QUEUE, ['c 1'], 'c 1')).toBeNull()
  })
})
