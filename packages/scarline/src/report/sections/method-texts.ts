import type { ReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { formatCount, formatPercent } from '../words.ts'

/** How the results were made, as name and value. */
export function methodFacts(data: ReportData, software: string): [string, string][] {
  const { site, scenes, frames, track, analysis, evolution, prompts } = data
  const [width, height] = [frames.grid.width, frames.grid.height]
  const pixelM = Math.abs(frames.grid.transform[0])
  const kept = scenes.filter((scene) => scene.kept).length
  const registered = scenes.filter(({ shift }) => shift?.applied === true).length
  const subtracted = scenes.filter(({ offset }) => offset?.decision === 'subtract').length
  const points = prompts.filter(({ kind }) => kind === 'point').length
  const others = prompts.length - points
  const engines = [...new Set(track.frames.map((f) => `${f.segmenter} (${f.modelHash})`))]
  const locked = track.frames.filter((frame) => frame.locked).length
  const source =
    site.source.kind === 'stac' ? `${site.source.collection} of ${site.source.url}` : 'local files'
  const { registration } = analysis
  return [
    ['Source', source],
    [
      'Scenes',
      `${formatCount(scenes.length, 'acquisition')} considered, ${formatCount(kept, 'scene')} kept (at least ${formatPercent(site.settings.minValidFraction)} of the area of interest in sight)`,
    ],
    [
      'Grid',
      `EPSG:${frames.grid.epsg}, ${width} × ${height} pixels of ${pixelM} m; 1 m² on the ground is ${analysis.gridAreaScale.toFixed(5)} m² on this grid`,
    ],
    [
      'Registration',
      `${formatCount(registered, 'scene')} shifted; unregistered scenes are off by ${registration.unregisteredM.toFixed(1)} m (one standard deviation along an axis, ${registration.source === 'measured' ? 'measured' : "the mission's figure, for too few shifts were measured"})`,
    ],
    ['Offset', `1000 DN subtracted from ${formatCount(subtracted, 'scene')}`],
    ['Threshold', frames.siteThreshold.note],
    [
      'Prompts',
      `${formatCount(points, 'click')}${others > 0 ? ` and ${formatCount(others, 'box or mask', 'boxes and masks')}` : ''} on ${formatCount(new Set(prompts.map(({ sceneId }) => sceneId)).size, 'frame')}; ${formatCount(locked, 'mask')} accepted by hand`,
    ],
    ['Segmenter, version or hash', engines.join('; ')],
    ['Elevations', evolution.elevation.words],
    ['Software', software],
  ]
}

/** What the numbers do not say. */
export function limits({ analysis, verification, frames }: ReportData): string[] {
  const result = [
    'A mask shows ground without vegetation that belongs to the scar as it was marked; fresh rock fall on bare ground and slow movement under trees leave no trace in NDVI.',
    `A sensor pixel is ${analysis.sensorPixelM} m wide: what is narrower than that is blurred, and the fine grid of ${Math.abs(frames.grid.transform[0])} m interpolates between sensor pixels.`,
    'Areas are as seen from above. On a slope of 35° the ground itself is larger by a factor of 1.22.',
    'The 90 % interval covers boundary, levels, registration, mixed pixels, hidden ground and ground of which no click tells whether it is the scar’s. It does not cover a segmenter that takes something else for the scar for sure; that is what verification tells.',
    'Rates of area and advances of a boundary are not displacement of the ground: a boundary moves where vegetation goes, and a slope can move under its vegetation unseen.',
    'An abrupt change lies somewhere between the two frames that bracket it; frames cannot date it closer. Onsets are dates of a model of steady phases, not of a process.',
    'Ground under cloud, shadow or snow is carried from memory and marked as such; it counts neither as gained nor as lost.',
  ]
  if (verification === null) {
    result.push('These masks have not been compared with ground truth.')
  } else {
    result.push(
      `Scores hold for ${formatCount(verification.frames.length, 'frame')} and this truth (${verification.truth}); on average ${formatPercent(verification.unobservedFraction)} of its ground was not in sight and is left out of the first row.`,
    )
  }
  return result
}

/** Credit that the data ask for, and the works that the method rests on. */
export function references(data: ReportData, attribution: string): Markup[] {
  const { track, frames, verification, evolution } = data
  const usesSam2 = track.frames.some(({ segmenter }) => segmenter.startsWith('sam2'))
  return [
    html`${attribution}`,
    ...sharedReferences(evolution, 'first'),
    usesSam2 &&
      html`Ravi, N., Gabeur, V., Hu, Y.-T., et al. (2024): SAM 2: Segment Anything in Images and
      Videos. arXiv:2408.00714.`,
    frames.siteThreshold.method === 'otsu' &&
      html`Otsu, N. (1979): A Threshold Selection Method from Gray-Level Histograms. IEEE
      Transactions on Systems, Man, and Cybernetics 9(1), 62–66.`,
    frames.siteThreshold.method === 'minimum-error' &&
      html`Kittler, J., Illingworth, J. (1986): Minimum error thresholding. Pattern Recognition
      19(1), 41–47.`,
    verification !== null &&
      html`Perazzi, F., Pont-Tuset, J., McWilliams, B., Van Gool, L., Gross, M., Sorkine-Hornung, A.
        (2016): A Benchmark Dataset and Evaluation Methodology for Video Object Segmentation. CVPR.
        <em>Boundary F and J&amp;F.</em>`,
    ...sharedReferences(evolution, 'last'),
  ].filter((one) => one !== false)
}

/** Works and credits of every analysis, before and after those of its own inputs. */
export function sharedReferences(
  { elevation, objects }: ReportData['evolution'],
  part: 'first' | 'last',
): Markup[] {
  const usesCopernicusDem = /copernicus/i.test(elevation.words)
  const hasInverse = objects.some(({ inverseVelocity }) => inverseVelocity.length > 0)
  const first = [
    usesCopernicusDem &&
      html`Copernicus DEM: produced using Copernicus WorldDEM-30 © DLR e.V. 2010–2014 and © Airbus
      Defence and Space GmbH 2014–2018, provided under COPERNICUS by the European Union and ESA; all
      rights reserved.`,
    html`Zhou, M., Mei, G., Ma, Z., Xu, N., Peng, J.: Tracking the Spatiotemporal Evolution of
      Landslide Scars Using a Vision Foundation Model: A Novel and Universal Framework.
      <em>The framework that this follows.</em>`,
  ]
  const last = [
    hasInverse &&
      html`Fukuzono, T. (1985): A new method for predicting the failure time of a slope. 4th
        International Conference and Field Workshop on Landslides, Tokyo, 145–150; Voight, B.
        (1988): A method for prediction of volcanic eruptions. Nature 332, 125–130.
        <em>Inverse velocity.</em>`,
    elevation.known &&
      html`Horn, B. K. P. (1981): Hill shading and the reflectance map. Proceedings of the IEEE
        69(1), 14–47. <em>Slope.</em>`,
    html`Karney, C. F. F. (2013): Algorithms for geodesics. Journal of Geodesy 87, 43–55.
      <em>Areas on the ellipsoid.</em>`,
  ]
  return (part === 'first' ? first : last).filter((one) => one !== false)
}

/**
 * The credit line of the data. Sites that were simulated say so in their name; no satellite has seen
 * them.
 */
export function attributionOf({ site, scenes, frames }: ReportData): string {
  if (/\bsimulated\b/i.test(site.name)) {
    return 'Simulated data in the form of Copernicus Sentinel-2 products; no satellite has seen this place.'
  }
  const years = frames.frames.map(({ capturedAt }) => Number(capturedAt.slice(0, 4)))
  const span = [...new Set([Math.min(...years), Math.max(...years)])].join('–')
  const isSentinel = scenes.some(({ platform }) => /^S2|sentinel-?2/i.test(platform))
  return isSentinel
    ? `Contains modified Copernicus Sentinel data [${span}].`
    : `Made from ${site.source.kind === 'stac' ? site.source.collection : 'local'} data of ${span}; see their licence for the credit that is due.`
}
