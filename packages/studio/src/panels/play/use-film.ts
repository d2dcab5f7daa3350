import type { FrameList } from '@scarline/core/model'
import { useEffect, useMemo, useRef, useState } from 'react'
import { layerUrl, pictureUrl } from '../../api/client.ts'
import { type BoundaryLine, lineKey } from '../../map/boundary-lines.ts'
import { objectColour } from '../../map/object-colours.ts'
import { type PictureCache, createPictureCache } from '../../map/picture-cache.ts'
import { useStore } from '../../state/create-store.ts'
import { type FilmLayer, playStore } from '../../state/play-store.ts'
import { onServerBack } from '../../state/server-watch.ts'
import { wantedFrames } from './film-clock.ts'
import { type FilmPicture, pathOfLine } from './film-painter.ts'

const EDGE_PX = 1200
const AHEAD = 10

/** Address of a frame's picture in a layer. */
export function filmUrl(
  siteId: string,
  { sceneId, inputHash }: FrameList['frames'][number],
  layer: FilmLayer,
): string {
  return layer === 'ndvi'
    ? pictureUrl(siteId, sceneId, EDGE_PX, inputHash)
    : layerUrl(siteId, sceneId, layer, inputHash)
}

/** Pictures of the film around the frame in view. */
export interface FilmPictures {
  /** Null while it is on its way. */
  at(index: number): ImageBitmap | null
  /** Why a frame has no picture. */
  faultAt(index: number): unknown
  /** Goes up whenever a picture has come. */
  arrived: number
}

/** Keeps the pictures around the frame in view. */
export function useFilmPictures(siteId: string, list: FrameList): FilmPictures {
  const { index, layer, loops } = useStore(playStore, (state) => state)
  const [arrived, setArrived] = useState(0)
  const cache = useRef<PictureCache | null>(null)
  useEffect(() => {
    cache.current = createPictureCache(() => setArrived((count) => count + 1))
    setArrived((count) => count + 1)
    return () => {
      cache.current?.close()
      cache.current = null
    }
  }, [siteId])
  useEffect(
    () =>
      onServerBack(() => {
        cache.current?.forgetFaults()
        setArrived((count) => count + 1)
      }),
    [],
  )
  const { frames } = list
  useEffect(() => {
    const wanted = wantedFrames(index, frames.length, AHEAD, loops)
    cache.current?.want(
      wanted.flatMap((i) => (frames[i] ? [filmUrl(siteId, frames[i], layer)] : [])),
    )
  }, [siteId, frames, index, layer, loops, arrived])
  const urlAt = (i: number): string | null => {
    const frame = frames[i]
    return frame ? filmUrl(siteId, frame, layer) : null
  }
  return {
    at: (i) => cache.current?.get(urlAt(i) ?? '') ?? null,
    faultAt: (i) => cache.current?.faultOf(urlAt(i) ?? '') ?? null,
    arrived,
  }
}

/** Outlines of a frame as they are to be drawn. */
export type OutlinesAt = (index: number) => FilmPicture['outlines']

/** Makes each frame's outlines once. */
export function useOutlines(
  list: FrameList,
  objectIds: readonly number[],
  lines: ReadonlyMap<string, BoundaryLine> | null,
): OutlinesAt {
  const { hasBoundary, hasFirst } = useStore(playStore, (state) => state)
  return useMemo(() => {
    const paths = new Map<string, Path2D>()
    const own = (index: number, dashed: boolean): FilmPicture['outlines'] =>
      objectIds.flatMap((objectId) => {
        const key = lineKey(list.frames[index]?.sceneId ?? '', objectId)
        const line = lines?.get(key)
        if (!line) return []
        const path = paths.get(key) ?? pathOfLine(list.grid, line)
        paths.set(key, path)
        return [{ path, colour: dashed ? '#ffffff' : objectColour(objectId), dashed }]
      })
    const first = list.frames.findIndex((_, i) => own(i, true).length > 0)
    return (index) => [
      ...(hasFirst && first >= 0 && index !== first ? own(first, true) : []),
      ...(hasBoundary ? own(index, false) : []),
    ]
  }, [list, objectIds, lines, hasBoundary, hasFirst])
}
