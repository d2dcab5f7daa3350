import { type FrameSource, requireFrame } from './frame-source.ts'
import type { MemoryPlan } from './plan-memory.ts'
import { freeBuffers } from '../runtime/free-buffers.ts'
import { preprocessFrame } from './preprocess.ts'
import type { FrameFeatures, Sam2Model } from './sam2-model.ts'

/** Features that go into the mask decoder, and what they were conditioned on. */
export interface DecoderFeatures {
  /** [hw, C] */
  readonly pixFeat: Float32Array
  readonly plan: MemoryPlan
}

/** Features conditioned on an object's memory, valid as long as its bank is at that revision. */
export interface ConditionedFeatures {
  readonly revision: number
  readonly reverse: boolean
  readonly value: DecoderFeatures
}

/** A frame's image features, and what was made of them for single objects. */
export interface CachedFrame {
  readonly features: FrameFeatures
  readonly conditioned: Map<number, ConditionedFeatures>
}

/** The most recently used frames' features. */
export interface FeatureCache {
  readonly limit: number
  /** Longest unused first; at most `limit`. */
  readonly frames: Map<number, CachedFrame>
}

/** An empty cache for that many frames. */
export function createFeatureCache(limit: number): FeatureCache {
  return { limit, frames: new Map() }
}

/**
 * A frame's features, from the cache or from the image encoder. Room is made before they are computed, so
 * that there never are more than the limit.
 */
export async function featuresOfFrame(
  cache: FeatureCache,
  model: Sam2Model,
  source: FrameSource,
  frameIdx: number,
  signal: AbortSignal | undefined,
): Promise<CachedFrame> {
  const known = cache.frames.get(frameIdx)
  if (known) {
    cache.frames.delete(frameIdx)
    cache.frames.set(frameIdx, known)
    return known
  }
  signal?.throwIfAborted()
  const frame = await source.readFrame(frameIdx, signal)
  signal?.throwIfAborted()
  requireFrame(frame, source)
  const image = preprocessFrame(frame, model.config.imageSize)
  for (const oldest of cache.frames.keys()) {
    if (cache.frames.size < cache.limit) break
    freeBuffers(Object.values((cache.frames.get(oldest) as CachedFrame).features))
    cache.frames.delete(oldest)
  }
  const { pixFeat, highRes0, highRes1 } = await model.encodeImage(image)
  freeBuffers([image])
  // Copies, so that they are this cache's to free.
  const features = {
    pixFeat: pixFeat.slice(),
    highRes0: highRes0.slice(),
    highRes1: highRes1.slice(),
  }
  const made: CachedFrame = { features, conditioned: new Map() }
  cache.frames.set(frameIdx, made)
  signal?.throwIfAborted()
  return made
}

/** Forgets what was made for an object. */
export function forgetObject(cache: FeatureCache, objId: number): void {
  for (const { conditioned } of cache.frames.values()) conditioned.delete(objId)
}
