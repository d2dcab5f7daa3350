import type { FrameList, SiteDetail } from '@scarline/core/model'
import { type ReactElement, useEffect, useMemo, useRef } from 'react'
import { NoticeArea } from '../../shell/notice-area.tsx'
import { plainErrorOf } from '../../state/actions-notices.ts'
import { analysisStore, loadLines } from '../../state/analysis-store.ts'
import { useStore } from '../../state/create-store.ts'
import { FILM_LAYERS, type FilmLayer, playStore } from '../../state/play-store.ts'
import { hrefOf } from '../../state/router.ts'
import { studioStore, useStudio } from '../../state/store.ts'
import { wordsOfError } from '../../words/error-words.ts'
import { formatDay } from '../../words/format.ts'
import { formatHa, formatMetres } from '../../words/format-analysis.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { FilmCanvas } from './film-canvas.tsx'
import { planFilm } from './film-clock.ts'
import { FilmFiles } from './film-files.tsx'
import { PlayBar } from './play-bar.tsx'
import { Scrubber } from './scrubber.tsx'
import { togglePlay, useClock } from './use-clock.ts'
import { useFilmPictures, useOutlines } from './use-film.ts'
import { usePlayKeys } from './use-play-keys.ts'
import '../../style/charts.css'
import '../../style/play.css'

/** The page `#/sites/ID/play`. */
export function PlayPage({ siteId }: { siteId: string }): ReactElement {
  const words = useWords()
  const detail = useStudio((state) => (state.siteId === siteId ? state.detail : null))
  if (!detail) return <p className="centre muted">{words.app.loading}</p>
  if (!detail.frames || detail.frames.frames.length === 0) {
    return (
      <div className="centre play-none">
        <h1>{words.play.none}</h1>
        <p className="muted">{words.play.noneHint}</p>
        <p>
          <a className="button" href={hrefOf({ page: 'scenes', siteId, sceneId: null })}>
            {words.pages.scenes}
          </a>
        </p>
      </div>
    )
  }
  return <Film siteId={siteId} detail={detail} list={detail.frames} />
}

function Film({
  siteId,
  detail,
  list,
}: {
  siteId: string
  detail: SiteDetail
  list: FrameList
}): ReactElement {
  const words = useWords()
  const { play } = words
  const language = useLanguage()
  const canvas = useRef<HTMLCanvasElement>(null)
  const { frames, grid } = list
  const hasMasks = (detail.track?.frames.length ?? 0) > 0
  const state = useStore(playStore, (one) => one)
  const index = Math.min(state.index, frames.length - 1)
  const frame = frames[index]
  useFrameInView(list)
  useEffect(
    () => (hasMasks ? loadLines(siteId, 'play') : undefined),
    [siteId, hasMasks, detail.revision],
  )
  const lines = useStore(analysisStore, (one) => (one.siteId === siteId ? one.lines : null))
  const objectIds = useMemo(() => detail.objects.map(({ id }) => id), [detail.objects])
  const areas = useMemo(() => areaOfFrames(detail), [detail.track])
  const outlinesAt = useOutlines(list, objectIds, lines)
  const pictures = useFilmPictures(siteId, list)
  const plan = useMemo(
    () =>
      planFilm(
        frames.map(({ capturedAt }) => Date.parse(capturedAt)),
        state.pace,
      ),
    [frames, state.pace],
  )
  useClock(plan, (i) => pictures.at(i) !== null || pictures.faultAt(i) !== null)
  usePlayKeys(frames.length)
  const picture = pictures.at(index)
  const areaM2 = frame && areas.get(frame.sceneId)
  const day = frame ? formatDay(frame.capturedAt) : ''
  const shown = useMemo(
    () => ({
      picture,
      grid,
      outlines: outlinesAt(index),
      lines: [day, ...(areaM2 === undefined ? [] : [formatHa(language, areaM2)])],
      barWords: (metres: number) => formatMetres(language, metres),
    }),
    [picture, grid, outlinesAt, index, day, areaM2, language],
  )
  const fault = pictures.faultAt(index)
  const said = fault === null ? null : wordsOfError(words, plainErrorOf(fault))
  const layers = FILM_LAYERS.filter((layer) => hasLayer(list, layer))
  return (
    <div className="page play-page">
      <h1 className="hidden">{play.title}</h1>
      <NoticeArea place="play" />
      <FilmCanvas
        canvas={canvas}
        shown={shown}
        label={play.picture(shown.lines.join(', '))}
        onClick={() => togglePlay(frames.length)}
      />
      <p className="play-fault" role="status">
        {said && `${said.lead} ${said.message} ${said.hint ?? ''}`.trim()}
      </p>
      <Scrubber list={list} areaM2Of={areas} />
      <div className="play-controls">
        <PlayBar count={frames.length} layers={layers} hasMasks={hasMasks} />
        <span className="spread" />
        <FilmFiles
          siteId={siteId}
          video={list.video !== null}
          version={`${detail.revision}`}
          shown={shown}
          day={day}
          canvas={canvas}
        />
      </div>
    </div>
  )
}

/** The film begins at the frame in view, and leaves its own frame in view. */
function useFrameInView({ frames }: FrameList): void {
  useEffect(() => {
    const { sceneId } = studioStore.get()
    const index = frames.findIndex((frame) => frame.sceneId === sceneId)
    playStore.set({ index: Math.max(0, index), isPlaying: false })
    return () => playStore.set({ isPlaying: false })
  }, [frames])
  const still = useStore(playStore, ({ isPlaying, index }) => (isPlaying ? null : index))
  useEffect(() => {
    const frame = still === null ? undefined : frames[still]
    if (frame) studioStore.set({ sceneId: frame.sceneId })
  }, [still, frames])
}

function areaOfFrames({ track }: SiteDetail): Map<string, number> {
  const areas = new Map<string, number>()
  for (const { sceneId, areaM2 } of track?.frames ?? []) {
    areas.set(sceneId, (areas.get(sceneId) ?? 0) + areaM2)
  }
  return areas
}

function hasLayer({ frames }: FrameList, layer: FilmLayer): boolean {
  return (
    layer === 'ndvi' ||
    frames.some(({ files }) =>
      layer === 'truecolour' ? files.trueColour !== null : files.falseColour !== null,
    )
  )
}
