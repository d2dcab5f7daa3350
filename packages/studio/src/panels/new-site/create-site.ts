import * as api from '../../api/client.ts'
import { dismiss, tellError } from '../../state/actions-notices.ts'
import { navigate } from '../../state/router.ts'
import type { Words } from '../../words/use-words.ts'
import { kindOfFile } from '../../shell/dropped-files.ts'
import { AoiFileFault, readAoiFile } from './aoi-file.ts'
import { clearDraft, editDraft, newSiteStore, placeArea } from './draft-store.ts'
import { requestOf } from './site-form.ts'

/** Takes what was dropped or chosen: an area, or rasters. What it is not is said beside the map. */
export async function takeFiles(files: readonly api.NamedFile[], words: Words): Promise<void> {
  const { faults } = words.newSite
  const areas = files.filter(({ path }) => kindOfFile(path) === 'area')
  const rasters = files.filter(({ path }) => kindOfFile(path) === 'raster')
  if (rasters.length > 0) {
    const beside = files.filter(({ path }) => /\.(tfw|prj|xml)$/i.test(path))
    newSiteStore.set({ rasters: [...rasters, ...beside], dropFault: null })
    editDraft({ provider: 'local' })
  }
  const [area] = areas
  if (rasters.length === 0 && !area) {
    const [only] = files
    newSiteStore.set({
      dropFault: only && files.length === 1 ? faults.unknownFile(only.path) : faults.noRasters,
    })
    return
  }
  if (areas.length > 1 && rasters.length === 0) {
    newSiteStore.set({ dropFault: faults.manyAreas })
    return
  }
  if (area && areas.length === 1) await takeAreaFile(area.file, words)
}

async function takeAreaFile(file: File, words: Words): Promise<void> {
  try {
    const read = await readAoiFile(file, words)
    placeArea(read.area, file.name)
    if (read.file) newSiteStore.set({ areaFile: read.file })
    const { draft } = newSiteStore.get()
    if (draft.name === '') editDraft({ name: file.name.replace(/\.[^.]+$/, '') })
  } catch (error) {
    if (!(error instanceof AoiFileFault)) throw error
    newSiteStore.set({ dropFault: error.message })
  }
}

/** Makes the site and goes to it; errors are told beside the button. */
export async function createFromDraft(): Promise<void> {
  const { draft, areaFile, rasters } = newSiteStore.get()
  const request = requestOf(draft)
  const isLocal = draft.provider === 'local'
  dismiss({ place: 'new-site' })
  newSiteStore.set({ busy: isLocal || areaFile ? 'sending' : 'creating' })
  try {
    const { id } = await send(request, { isLocal, areaFile, rasters })
    if (!isLocal && draft.acquireAtOnce) {
      const { revision } = await api.getSite(id)
      await api.startJob(id, 'acquire', {}, revision)
    }
    clearDraft()
    navigate({ page: 'scenes', siteId: id, sceneId: null })
  } catch (error) {
    tellError('new-site', error)
  } finally {
    newSiteStore.set({ busy: null })
  }
}

function send(
  request: ReturnType<typeof requestOf>,
  {
    isLocal,
    areaFile,
    rasters,
  }: { isLocal: boolean; areaFile: File | null; rasters: readonly api.NamedFile[] },
): Promise<{ id: string }> {
  if (!isLocal) {
    return areaFile ? api.createSiteFromFile(request, areaFile) : api.createSite(request)
  }
  const { name, pixelSizeM, aoi } = request
  const area = areaFile ?? (aoi ? new File([JSON.stringify(aoi)], 'area.geojson') : null)
  return api.createSiteFromRasters({ name, pixelSizeM }, rasters, area)
}
