import { analysisWords } from './en/analysis.ts'
import { newSiteWords } from './en/new-site.ts'
import { playWords } from './en/play.ts'
import { scenesWords } from './en/scenes.ts'
import { shellWords } from './en/shell.ts'
import { sitesWords } from './en/sites.ts'
import { trackWords } from './en/track.ts'

/** Every text of the page, in English. */
export const en = {
  ...shellWords,
  sites: sitesWords,
  newSite: newSiteWords,
  scenes: scenesWords,
  track: trackWords,
  analysis: analysisWords,
  play: playWords,
}
