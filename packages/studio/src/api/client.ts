import type {
  ExportFile,
  FilmstripPlan,
  HistoryAnswer,
  MadeSite,
  MaskBoundaries,
  Revised,
  FrameLayer,
  Job,
  JobRequest,
  JobOptions,
  LockInput,
  MaskDifference,
  MaskPreview,
  NewSite,
  PromptAnswer,
  PromptInput,
  PromptRemoval,
  SceneListing,
  SceneSorting,
  SiteDetail,
  SiteListing,
  StudioSession,
} from '@scarline/core/model'
import { apiPath, request } from './request.ts'

export const getSession = (signal?: AbortSignal): Promise<StudioSession> =>
  request('/api/session', signal ? { signal } : {})

export const getSites = (signal?: AbortSignal): Promise<SiteListing[]> =>
  request('/api/sites', signal ? { signal } : {})

export const getSite = (id: string, signal?: AbortSignal): Promise<SiteDetail> =>
  request(apiPath`/api/sites/${id}`, signal ? { signal } : {})

export const getScenes = (id: string, signal?: AbortSignal): Promise<SceneListing[]> =>
  request(apiPath`/api/sites/${id}/scenes`, signal ? { signal } : {})

/** Makes a site of an area drawn or typed. */
export const createSite = (site: NewSite): Promise<MadeSite> =>
  request('/api/sites', { method: 'POST', body: site })

/** Makes a site of an area in a file (GeoJSON, KML, GeoPackage). */
export const createSiteFromFile = (site: NewSite, aoi: File): Promise<MadeSite> =>
  request('/api/sites', {
    method: 'POST',
    form: siteForm(site, [['aoi', { path: aoi.name, file: aoi }]]),
  })

/** A file with the folders that it was dropped in. */
export interface NamedFile {
  /** `folder/sub/name.tif` */
  path: string
  file: File
}

/** Makes a site of local rasters, and imports them; all that they cover without an area. */
export const createSiteFromRasters = (
  site: Partial<NewSite> & { name: string },
  files: readonly NamedFile[],
  area: File | null,
): Promise<MadeSite> =>
  request('/api/sites', {
    method: 'POST',
    form: siteForm(site, [
      ...(area ? [['aoi', { path: area.name, file: area }] as const] : []),
      ...files.map((file) => ['files', file] as const),
    ]),
  })

/** Brings local rasters into a site. */
export const importRasters = (
  id: string,
  files: readonly NamedFile[],
  revision: number,
): Promise<Job> =>
  request(apiPath`/api/sites/${id}/import`, {
    method: 'POST',
    revision,
    form: siteForm(
      {},
      files.map((file) => ['files', file]),
    ),
  })

export const chooseScenes = (
  id: string,
  choice: SceneSorting,
  revision: number,
): Promise<Revised> =>
  request(apiPath`/api/sites/${id}/scenes`, { method: 'POST', body: choice, revision })

export const addPrompts = (
  id: string,
  input: PromptInput,
  revision: number,
): Promise<PromptAnswer> =>
  request(apiPath`/api/sites/${id}/prompts`, { method: 'POST', body: input, revision })

export const removePrompts = (
  id: string,
  removal: PromptRemoval,
  revision: number,
): Promise<Revised> =>
  request(apiPath`/api/sites/${id}/prompts`, { method: 'DELETE', body: removal, revision })

/** The mask that prompts would give; nothing is written. */
export const previewPrompts = (
  id: string,
  input: PromptInput,
  { hasty, signal }: { hasty: boolean; signal?: AbortSignal },
): Promise<MaskPreview> =>
  request(`${apiPath`/api/sites/${id}/preview`}${hasty ? '?hasty=true' : ''}`, {
    method: 'POST',
    body: input,
    ...(signal ? { signal } : {}),
  })

export const setLocks = (id: string, input: LockInput, revision: number): Promise<Revised> =>
  request(apiPath`/api/sites/${id}/lock`, { method: 'POST', body: input, revision })

export const undo = (id: string, revision: number): Promise<HistoryAnswer> =>
  request(apiPath`/api/sites/${id}/undo`, { method: 'POST', revision })

export const redo = (id: string, revision: number): Promise<HistoryAnswer> =>
  request(apiPath`/api/sites/${id}/redo`, { method: 'POST', revision })

export const startJob = (
  id: string,
  kind: JobRequest['kind'],
  options: JobOptions,
  revision: number,
): Promise<Job> =>
  request(apiPath`/api/sites/${id}/jobs`, { method: 'POST', body: { kind, options }, revision })

export const cancelJob = (id: string, jobId: string): Promise<Job> =>
  request(apiPath`/api/sites/${id}/jobs/${jobId}`, { method: 'DELETE' })

export const getChanges = (id: string, signal?: AbortSignal): Promise<MaskDifference[]> =>
  request(apiPath`/api/sites/${id}/changes`, signal ? { signal } : {})

/** Mask boundaries in the site's coordinate system; of one frame, or of all. */
export const getBoundaries = (
  id: string,
  sceneId?: string,
  signal?: AbortSignal,
): Promise<MaskBoundaries> =>
  request(
    apiPath`/api/sites/${id}/boundaries` + (sceneId ? apiPath`?scene=${sceneId}` : ''),
    signal ? { signal } : {},
  )

export const getFilmstrip = (
  id: string,
  heightPx: number,
  signal?: AbortSignal,
): Promise<FilmstripPlan> =>
  request(apiPath`/api/sites/${id}/filmstrip.json?height=${heightPx}`, signal ? { signal } : {})

export const getExports = (id: string): Promise<ExportFile[]> =>
  request(apiPath`/api/sites/${id}/exports`)

export const shutDown = (): Promise<unknown> => request('/api/shutdown', { method: 'POST' })

/** Address of a frame's NDVI picture; `version` (the frame's `inputHash`) lets the browser keep it. */
export const pictureUrl = (id: string, sceneId: string, edgePx: number, version: string): string =>
  apiPath`/api/sites/${id}/frames/${sceneId}/picture.webp?edge=${edgePx}&v=${version}`

export const layerUrl = (id: string, sceneId: string, layer: FrameLayer, version: string): string =>
  apiPath`/api/sites/${id}/frames/${sceneId}/layer/${layer}.webp?v=${version}`

/** Address of a mask as runs ({@link MaskRuns}); `version` changes with its pixels. */
export const maskUrl = (
  id: string,
  sceneId: string,
  objectId: number,
  version: string | number,
): string => apiPath`/api/sites/${id}/frames/${sceneId}/mask/${objectId}.json?v=${version}`

export const filmstripUrl = (id: string, heightPx: number, version: string): string =>
  apiPath`/api/sites/${id}/filmstrip.webp?height=${heightPx}&v=${version}`

export const exportUrl = (id: string, name: string): string =>
  apiPath`/api/sites/${id}/exports/${name}`

function siteForm(
  site: Partial<NewSite>,
  files: readonly (readonly [field: string, named: NamedFile])[],
): FormData {
  const form = new FormData()
  for (const [key, value] of Object.entries(site)) {
    if (value === undefined) continue
    form.append(key, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  for (const [key, { path, file }] of files) form.append(key, file, path)
  return form
}
