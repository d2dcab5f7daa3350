/** What the dated shapes of a report are called, and where its tables lie. */
export interface Terms {
  /** What is dated. */
  one: 'frame' | 'outline'
  many: 'frames' | 'outlines'
  /** What is measured on each date. */
  shape: 'mask' | 'outline'
  /** Ground farther than this from the scar lies apart from it. */
  apart: string
  /** Before the names of the analysis' files. */
  folder: 'analysis/' | ''
}

/** Of a site: masks on frames. */
export const FRAME_TERMS: Terms = {
  one: 'frame',
  many: 'frames',
  shape: 'mask',
  apart: 'two sensor pixels',
  folder: 'analysis/',
}

/** Of outlines that were drawn by hand. */
export const OUTLINE_TERMS: Terms = {
  one: 'outline',
  many: 'outlines',
  shape: 'outline',
  apart: 'four standard deviations of the line',
  folder: '',
}
