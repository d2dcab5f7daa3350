import type { ReportData, ReportMaps } from '@scarline/core'
import { nasty, nothingFound, reportData, webp } from './made-up-report.ts'

type Found = ReportData['evolution']['objects'][number]

/** Four in the morning of a day. */
export const at = (day: string): string => `${day}T04:00:00Z`

/** Growth that gains most in the east and loses a little in the west. */
export function growth(
  span: 'whole' | 'event',
  fromDay: string,
  toDay: string,
): Found['growth'][number] {
  const days = (Date.parse(toDay) - Date.parse(fromDay)) / 86_400_000
  const advance = (meanM: number) => ({
    meanM,
    lowM: meanM - 5,
    highM: meanM + 5,
    farthestM: meanM + 20,
    meanMPerDay: meanM / days,
    lowMPerDay: (meanM - 5) / days,
    highMPerDay: (meanM + 5) / days,
    boundaryM: 100,
    seenFraction: 1,
  })
  return {
    span,
    label: nasty,
    fromAt: at(fromDay),
    toAt: at(toDay),
    days,
    rose: {
      centre: [500_000, 3_400_000],
      centreSdM: 3,
      convergenceDeg: -0.31,
      residualBeforeM: 1,
      residualAfterM: 1,
      sectors: SECTORS.map((sector, i) => ({
        sector,
        azimuthDeg: i * 22.5,
        gainedM2: sector === 'E' ? 48_000 : 1200,
        gainedLowM2: sector === 'E' ? 40_000 : -300,
        gainedHighM2: sector === 'E' ? 56_000 : 2700,
        lostM2: sector === 'W' ? 900 : 0,
        lostLowM2: 0,
        lostHighM2: sector === 'W' ? 1500 : 500,
        comparedFraction: 1,
        boundaryBeforeM: 100,
        boundaryAfterM: 100,
        independentSdM2: 100,
        centreGainM2: [0, 0],
      })),
    },
    direction: null,
    advance: {
      fromAt: at(fromDay),
      toAt: at(toDay),
      days,
      centre: [500_000, 3_400_000],
      whole: advance(12),
      sectors: SECTORS.map((sector) => ({
        sector,
        advance: sector === 'S' ? null : advance(sector === 'E' ? 60 : sector === 'W' ? -3 : 2),
      })),
      detachedGainedM2: 0,
      detachedLostM2: 0,
    },
    slope: null,
    words: `Told of ${nasty}`,
  }
}

const SECTORS = [
  'N',
  'NNE',
  'NE',
  'ENE',
  'E',
  'ESE',
  'SE',
  'SSE',
  'S',
  'SSW',
  'SW',
  'WSW',
  'W',
  'WNW',
  'NW',
  'NNW',
] as const

/** A new zone of a size, ten metres to the north-west. */
export function zone(
  id: number,
  areaM2: number,
  change: Partial<Found['newZones'][number]> = {},
): Found['newZones'][number] {
  return {
    id,
    areaM2,
    lowM2: areaM2 * 0.9,
    highM2: areaM2 * 1.1,
    pieces: 1,
    lngLat: [98.4, 30.93],
    sinceAfterAt: at('2018-08-29'),
    sinceByAt: at('2018-10-10'),
    grownByAt: at('2018-10-10'),
    confirmedAt: at('2019-01-23'),
    status: 'open',
    closedAt: null,
    reopenedShare: 0,
    event: null,
    character: 'lobe',
    distinctM2: areaM2,
    place: { sector: 'NW', azimuthDeg: 315, relation: 'crown', gapM: 0, relativeHeight: 0.9 },
    words: nasty,
    ...change,
  }
}

/** A report in which something was found of everything. */
export function fullReport(): ReportData {
  const data = reportData([200_000, 300_000, 450_000])
  const found: Found = {
    ...nothingFound(),
    events: [
      {
        kind: 'abrupt-gain',
        afterAt: at('2018-10-09'),
        byAt: at('2018-10-11'),
        changeM2: 168_300,
        lowM2: 141_800,
        highM2: 194_900,
        pValue: 0.005,
        confirmed: true,
        words: nasty,
      },
      {
        kind: 'abrupt-loss',
        afterAt: at('2018-10-31'),
        byAt: at('2018-11-03'),
        changeM2: -11_500,
        lowM2: -22_700,
        highM2: -300,
        pValue: 0.0001,
        confirmed: false,
        words: nasty,
      },
    ],
    artefacts: [
      {
        capturedAt: at('2018-07-01').replace('04:00', '04:12'),
        kind: 'single-frame',
        changeM2: -5000,
        words: nasty,
      },
    ],
    phases: [
      {
        fromAt: at('2017-07-01'),
        toAt: at('2018-08-23'),
        rateM2PerDay: 132,
        lowM2PerDay: 81,
        highM2PerDay: 183,
      },
      {
        fromAt: at('2018-08-23'),
        toAt: at('2019-07-01'),
        rateM2PerDay: -58,
        lowM2PerDay: -9000,
        highM2PerDay: 16,
      },
    ],
    onsets: [
      {
        at: at('2018-08-23'),
        lowAt: at('2018-08-13'),
        highAt: at('2018-09-02'),
        turnAt: at('2018-08-23'),
        rateBeforeM2PerDay: 132,
        rateAfterM2PerDay: 1622,
        pValue: 0.005,
        words: nasty,
      },
    ],
    deseasoned: {
      season: { harmonics: 1, scaling: 'additive', amplitudeM2: 4000, shrinkage: 0.9 },
      frames:
        data.analysis.objects[0]?.areas.map(({ capturedAt, areaM2 }) => ({
          capturedAt,
          seasonM2: 2000,
          deseasonedM2: areaM2 - 2000,
          lowM2: areaM2 - 22_000,
          highM2: areaM2 + 18_000,
        })) ?? [],
      words: 'A season of 4000 m² is taken out.',
    },
    inverseVelocity: [
      {
        fromAt: at('2018-01-01'),
        untilAt: at('2018-10-09'),
        rates: [
          { at: at('2018-03-01'), rateM2PerDay: 100, inverseRate: 0.01, low: 0.008, high: null },
          { at: at('2018-06-01'), rateM2PerDay: 200, inverseRate: 0.005, low: 0.004, high: 0.007 },
          {
            at: at('2018-09-01'),
            rateM2PerDay: 1000,
            inverseRate: 0.001,
            low: 0.0008,
            high: 0.0012,
          },
        ],
        fit: {
          inverseRateAtStart: 0.013,
          slopePerDay: -0.00005,
          r2: 0.98,
          extrapolatedAt: at('2018-10-01'),
          lowAt: at('2018-09-10'),
          highAt: at('2018-12-24'),
        },
        warnings: [nasty, 'The line meets 0 before 2018-10-09.'],
      },
      {
        fromAt: at('2019-01-01'),
        untilAt: at('2019-07-01'),
        rates: [],
        fit: null,
        warnings: ['w'],
      },
    ],
    newZones: [
      zone(1, 3000),
      zone(2, 22_000),
      zone(3, 190_000, { event: 0 }),
      ...Array.from({ length: 20 }, (_, i) =>
        zone(4 + i, 1000, { status: 'closed', closedAt: at('2019-06-01') }),
      ),
    ],
    growth: [
      {
        ...growth('whole', '2017-07-01', '2019-07-01'),
        slope: [
          {
            direction: 'upslope',
            gainedM2: 30_000,
            gainedLowM2: 28_000,
            gainedHighM2: 32_000,
            lostM2: 100,
            gainedShare: 0.75,
            advance: null,
          },
        ],
      },
      growth('event', '2018-10-09', '2018-10-11'),
    ],
    lineage: {
      pieces: [
        {
          id: 1,
          birth: 'first-frame',
          bornAfterAt: null,
          bornAt: at('2017-07-01'),
          end: 'last-frame',
          lastAt: at('2019-07-01'),
          endedByAt: null,
          sights: 3,
          firstM2: 150_000,
          lastM2: 450_000,
          largestM2: 450_000,
          largestAt: at('2019-07-01'),
        },
        {
          id: 2,
          birth: 'new',
          bornAfterAt: at('2017-07-01'),
          bornAt: at('2018-07-01'),
          end: 'merged',
          lastAt: at('2018-07-01'),
          endedByAt: at('2019-07-01'),
          sights: 1,
          firstM2: 7000,
          lastM2: 7000,
          largestM2: 7000,
          largestAt: at('2018-07-01'),
        },
      ],
      edges: [
        { kind: 'merge', fromId: 2, toId: 1, afterAt: at('2018-07-01'), byAt: at('2019-07-01') },
      ],
    },
  }
  return { ...data, evolution: { ...data.evolution, objects: [found] } }
}

/** Maps of two seasons of two years, and outlines of the zones of {@link fullReport}. */
export function reportMaps(): ReportMaps {
  const square = (x: number, y: number, size: number): number[][] => [
    [x, y, x + size, y, x + size, y + size, x, y + size, x, y],
  ]
  const season = (name: 'june-october' | 'november-may', year: number, label: string) => ({
    objectId: 1,
    season: name,
    year,
    label,
    areaM2: 10_000,
    rings: square(100, 80, 20 + (year - 2016) * 10),
  })
  return {
    grid: { epsg: 32647, transform: [2, 0, 442_260, 0, -2, 3_423_130], width: 300, height: 200 },
    window: { col: 50, row: 40, width: 200, height: 120 },
    ground: { capturedAt: at('2019-07-01'), widthPx: 1, heightPx: 1, webp },
    seasons: [
      season('june-october', 2017, 'Jun-Oct 2017'),
      season('june-october', 2018, 'Jun-Oct 2018'),
      season('november-may', 2016, `Nov-May 2016/17 ${nasty}`),
    ],
    newZones: Array.from({ length: 23 }, (_, i) => ({
      objectId: 1,
      zoneId: i + 1,
      rings: square(110, 90, 12),
    })),
    ends: [{ objectId: 1, capturedAt: at('2017-07-01'), rings: square(100, 80, 30) }],
  }
}
