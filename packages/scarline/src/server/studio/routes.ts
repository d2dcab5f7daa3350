import { analysisRoutes } from './analysis.ts'
import { boundaryRoutes } from './boundaries.ts'
import type { StudioRoutes } from './context.ts'
import { eventRoutes } from './events.ts'
import { exportRoutes } from './exports.ts'
import { framePictureRoutes } from './frame-pictures.ts'
import { jobRoutes } from './job-routes.ts'
import { markRoutes } from './marks.ts'
import { promptRoutes } from './prompts.ts'
import { sceneRoutes } from './scenes.ts'
import { siteRoutes } from './sites.ts'

/** Every group of routes below `/api`. */
export const ROUTES: readonly StudioRoutes[] = [
  siteRoutes,
  sceneRoutes,
  jobRoutes,
  eventRoutes,
  framePictureRoutes,
  boundaryRoutes,
  promptRoutes,
  markRoutes,
  analysisRoutes,
  exportRoutes,
]
