import type { OutlineReportData } from '@scarline/core'
import { fullReport, reportMaps } from '../made-up-findings.ts'
import { nasty, nothingFound, reportData } from '../made-up-report.ts'

type Objects = OutlineReportData['analysis']['objects']

/** A made-up analysis of outlines: an object for each series of areas, m², one a year from 2017 on. */
export function outlineData(series: readonly (readonly number[])[]): OutlineReportData {
  const made = series.map((areasM2) => reportData(areasM2))
  const first = made[0] as (typeof made)[number]
  const days = ['2017-07-01', '2018-07-01', '2019-07-01', '2020-07-01', '2021-07-01']
  const objects: Objects = made.flatMap(({ analysis }, i) =>
    analysis.objects.map((summary) => ({
      ...summary,
      objectId: i + 1,
      areas: summary.areas.map((row) => ({
        ...row,
        objectId: i + 1,
        locked: true,
        prompted: true,
      })),
    })),
  )
  const { grid, window } = reportMaps()
  const squareAt = (i: number, size: number): number[][] => {
    const [x, y] = [60 + 20 * i, 50 + 10 * i]
    return [[x, y, x + size, y, x + size, y + size, x, y + size, x, y]]
  }
  const mapOf = (own: Objects): OutlineReportData['map'] => {
    const dated = own.flatMap(({ objectId, areas }) =>
      areas.map(({ capturedAt }, k) => ({
        objectId,
        capturedAt,
        rings: squareAt(objectId, 4 + 2 * k),
      })),
    )
    return { grid, window, ground: null, seasons: [], newZones: [], ends: dated.slice(0, 2), dated }
  }
  return {
    record: {
      formatVersion: 1,
      name: nasty,
      sheets: days.slice(0, Math.max(...series.map((areas) => areas.length))).map((day) => ({
        file: `/data/${day}.shp`,
        sha256: 'ab'.repeat(32),
        day,
        crs: 'EPSG:4326 WGS 84',
        polygons: series.length,
        totalM2: 10_000,
        largestM2: 5000,
        used: day !== '2018-07-01',
        words: day === '2018-07-01' ? nasty : null,
      })),
      noise: {
        sdM: 5,
        correlationM: 10,
        source: 'assumed',
        correlationSource: 'assumed',
        words: 'Digitising noise: 5.0 m.',
      },
      objectRule: 'overlap',
      objects: objects.map(({ objectId, areas }) => ({
        objectId,
        name: null,
        gridPixelM: 1,
        gridErrorFraction: 0.0004,
        changes: areas.slice(1).map((row, i) => ({
          fromDay: areas[i]?.capturedAt.slice(0, 10) ?? '',
          toDay: row.capturedAt.slice(0, 10),
          days: 365,
          changeM2: row.areaM2 - (areas[i]?.areaM2 ?? 0),
          changeFraction: 0.1,
          lowM2: -10,
          highM2: 100,
          withinNoise: i === 0,
          gainedM2: 60,
          lostM2: 10,
          words: nasty,
        })),
      })),
      warnings: ['object 1: outlines lie on each other; that ground is counted once'],
    },
    analysis: { ...first.analysis, objects },
    evolution: {
      ...first.evolution,
      objects: objects.map(({ objectId }) => ({ ...nothingFound(), objectId })),
    },
    told: objects.map(({ objectId }) => ({ lead: [`The outline of ${objectId} grew.`], more: [] })),
    farthest: objects.map(() => null),
    lngLat: [98.5, 31],
    map: mapOf(objects),
    objectMaps: objects.map((one) => mapOf([one])),
  }
}

/** One object of which everything was found that outlines can show. */
export function fullOutlines(): OutlineReportData {
  const data = outlineData([[200_000, 300_000, 450_000, 460_000, 470_000]])
  const { evolution } = fullReport()
  const [map] = data.objectMaps
  return {
    ...data,
    evolution: { ...data.evolution, objects: evolution.objects },
    objectMaps: map ? [{ ...map, newZones: reportMaps().newZones }] : [],
  }
}
