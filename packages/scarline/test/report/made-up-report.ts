import type { AreaRow, ReportData } from '@scarline/core'

/** What a file or a user may hold. */
export const nasty: string = '<img src=x onerror=alert(1)> & "co"'

/** A frame's row, one a year. */
export function areaRow(frameIndex: number, areaM2: number): AreaRow {
  const year = 2017 + frameIndex
  return {
    frameIndex,
    sceneId: `S2A_${year}0701`,
    capturedAt: `${year}-07-01T04:12:00Z`,
    objectId: 1,
    areaM2,
    lowM2: areaM2 * 0.9,
    highM2: areaM2 * 1.1,
    uncertainty: {
      boundary: [1, 1],
      level: [0, 0],
      registration: [1, 1],
      mixedPixels: [1, 1],
      membership: [0, 0],
      hidden: [0, 0],
    },
    seenM2: areaM2,
    hiddenM2: 0,
    validInside: 1,
    validAround: 1,
    perimeterM: 400,
    gainedM2: 0,
    lostM2: 0,
    comparedFraction: 1,
    ellipsoidAreaM2: areaM2,
    registrationResidualM: 1,
    confidence: 0.9,
    locked: false,
    prompted: frameIndex === 0,
    flags: [nasty],
    fragments: 1,
  }
}

/** A report of one object with an area a year and nothing else found. */
export function reportData(areasM2: readonly number[]): ReportData {
  const areas = areasM2.map((areaM2, i) => areaRow(i, areaM2))
  const first = areas[0] as AreaRow
  const last = areas.at(-1) as AreaRow
  return {
    site: {
      formatVersion: 1,
      name: nasty,
      aoi: {
        type: 'Polygon',
        coordinates: [
          [
            [98, 31],
            [98.1, 31],
            [98.1, 31.1],
            [98, 31],
          ],
        ],
      },
      from: '2017-01-01',
      to: '2020-01-01',
      grid: { epsg: 32647, transform: [2, 0, 0, 0, -2, 0], width: 300, height: 200 },
      source: { kind: 'stac', url: `https://example.org/${nasty}`, collection: 'c' },
      settings: { minValidFraction: 0.6, threshold: 'auto', colour: true },
      createdAt: '2025-01-01T00:00:00Z',
    },
    scenes: areas.map((row) => ({
      id: row.sceneId,
      platform: 'S2A',
      capturedAt: row.capturedAt,
      status: 'read',
      kept: true,
      decidedBy: 'user',
      reason: nasty,
      validFraction: 1,
      validityFractions: {},
      flags: [],
      offset: null,
      shift: null,
      parts: [],
      supersededItemIds: [],
      sunElevationDeg: null,
    })),
    frames: {
      formatVersion: 1,
      grid: { epsg: 32647, transform: [2, 0, 0, 0, -2, 0], width: 300, height: 200 },
      histogram: { start: -0.2, binWidth: 0.1, counts: [0, 2, 5, 3, 1, 4, 8, 3, 0] },
      siteThreshold: { value: 0.21, method: 'otsu', note: nasty },
      frames: areas.map((row) => ({
        index: row.frameIndex,
        capturedAt: row.capturedAt,
        sceneId: row.sceneId,
        threshold: { value: 0.21, method: 'otsu', seasonalRaise: 0 },
        validFraction: 1,
        flags: [],
        inputHash: 'i',
        files: { picture: 'p', ndvi: 'n', validity: 'v', trueColour: null, falseColour: null },
      })),
      video: null,
    },
    track: { formatVersion: 1, frames: [], run: null, changes: [] },
    prompts: [],
    analysis: {
      formatVersion: 1,
      epsg: 32647,
      gridAreaScale: 0.9992,
      sensorPixelM: 10,
      registration: { unregisteredM: 4, source: 'measured' },
      method: [nasty],
      objects: [
        {
          objectId: 1,
          areas,
          seasons: [],
          sameSeasonPairs: [],
          events: [],
          newZones: [],
          onsets: [],
          change: {
            fromM2: first.areaM2,
            toM2: last.areaM2,
            changeM2: last.areaM2 - first.areaM2,
            changeFraction: (last.areaM2 - first.areaM2) / first.areaM2,
            beyondUncertainty: true,
            smallestM2: first.areaM2,
            smallestAt: first.capturedAt,
            largestM2: last.areaM2,
            largestAt: last.capturedAt,
            gainedM2: 0,
            lostM2: 0,
          },
        },
      ],
    },
    evolution: {
      formatVersion: 1,
      sensorPixelM: 10,
      elevation: { known: false, words: nasty },
      method: [nasty],
      objects: [nothingFound()],
    },
    told: [{ lead: ['The mapped scar grew on 2017-07-01.', nasty], more: [] }],
    plausibility: null,
    verification: null,
  }
}

type Found = ReportData['evolution']['objects'][number]

/** An object of which nothing was found. */
export function nothingFound(): Found {
  return {
    objectId: 1,
    words: [],
    events: [],
    artefacts: [],
    phases: [],
    onsets: [],
    deseasoned: { season: null, frames: [], words: '' },
    inverseVelocity: [],
    newZones: [],
    dams: null,
    growth: [],
    lineage: { pieces: [], edges: [] },
  }
}

/** A WebP of one grey pixel. */
export const webp: Buffer = Buffer.from(
  'UklGRh4AAABXRUJQVlA4TBEAAAAvAAAAAAfQ//73v/+BiOh/AAA=',
  'base64',
)
