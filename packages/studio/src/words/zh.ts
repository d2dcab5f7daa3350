import type { SameKeys } from './catalogue.ts'
import type { en } from './en.ts'
import { analysisWords } from './zh/analysis.ts'
import { newSiteWords } from './zh/new-site.ts'
import { playWords } from './zh/play.ts'
import { scenesWords } from './zh/scenes.ts'
import { shellWords } from './zh/shell.ts'
import { sitesWords } from './zh/sites.ts'
import { trackWords } from './zh/track.ts'

/** Every text of the page, in Chinese. */
export const zh: SameKeys<typeof en> = {
  ...shellWords,
  sites: sitesWords,
  newSite: newSiteWords,
  scenes: scenesWords,
  track: trackWords,
  analysis: analysisWords,
  play: playWords,
}
