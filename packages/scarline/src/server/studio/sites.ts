import {
  STAC_PROVIDERS,
  type MadeSite,
  type SiteDetail,
  type SiteListing,
  type StudioSession,
} from '@scarline/core'
import { Hono } from 'hono'
import type { StudioApp, StudioContext, StudioEnv } from './context.ts'
import { createSite, createSiteFromForm, importUpload, newSiteSchema } from './new-site.ts'
import { liveSessionsOf } from './live-sessions.ts'
import { readBody } from './refusal.ts'
import { describeSite, summariseSite } from './site-view.ts'
import { receiveUpload } from './uploads.ts'

/** Sites at once of which the documents are read. */
const READ_AT_ONCE = 4

/** The session, the list of sites, new ones, one in detail, rasters that are dropped on it. */
export function siteRoutes(studio: StudioContext): StudioApp {
  const app = new Hono<StudioEnv>()
  const summaries = createSummaries(studio)

  app.get('/session', async (c) => {
    const session: StudioSession = {
      version: studio.version,
      dir: studio.dir,
      segmenters: await studio.engines.list(),
      providers: Object.entries(STAC_PROVIDERS).map(([id, { url }]) => ({ id, url })),
      canShutDown: true,
      canCreate: studio.sites.canCreate,
    }
    return c.json(session)
  })

  app.get('/sites', async (c) => c.json(await summaries.all()))

  app.post('/sites', async (c) => {
    if (isForm(c.req.header('content-type'))) {
      const upload = await receiveUpload(c, studio.dir)
      return c.json(await createSiteFromForm(studio, upload), 201)
    }
    const id = await createSite(studio, await readBody(c, newSiteSchema))
    const made: MadeSite = { id, job: null }
    return c.json(made, 201)
  })

  app.get('/sites/:id', async (c) => {
    const id = c.req.param('id')
    liveSessionsOf(studio).giveWay()
    const folder = await studio.sites.read(id)
    // Taken before the documents: what comes later is told by the events after `seq`.
    const revision = await studio.sites.revision(id)
    const { seq } = studio.sites.events(id)
    const [detail, history] = await Promise.all([
      describeSite(folder, studio.jobs.liveMasks(id)),
      studio.history.state(folder),
    ])
    const jobs = studio.jobs.list(id)
    const answer: SiteDetail = { ...detail, revision, seq, history, jobs }
    return c.json(answer)
  })

  app.post('/sites/:id/import', async (c) => {
    const id = c.req.param('id')
    await studio.sites.dirOf(id)
    const upload = await receiveUpload(c, studio.dir)
    return c.json(await importUpload(studio, id, upload), 202)
  })

  app.post('/shutdown', (c) => {
    studio.shutDown()
    return c.json({ closing: true })
  })

  return app
}

function isForm(contentType: string | undefined): boolean {
  return /^multipart\/form-data\b/i.test(contentType ?? '')
}

/** The list's lines, read again only where a site has changed. */
function createSummaries({ sites }: StudioContext): { all(): Promise<SiteListing[]> } {
  const known = new Map<string, { mark: string; summary: SiteListing }>()
  const summaryOf = async (id: string): Promise<SiteListing> => {
    const mark = await sites.markOf(id).catch(() => null)
    const before = known.get(id)
    if (before && before.mark === mark) return before.summary
    const summary = await summariseSite(id, () => sites.read(id))
    if (mark !== null) known.set(id, { mark, summary })
    return summary
  }
  return {
    async all() {
      const ids = await sites.list()
      const rows: SiteListing[] = []
      for (let i = 0; i < ids.length; i += READ_AT_ONCE) {
        rows.push(...(await Promise.all(ids.slice(i, i + READ_AT_ONCE).map(summaryOf))))
      }
      for (const id of known.keys()) if (!ids.includes(id)) known.delete(id)
      return rows
    },
  }
}
