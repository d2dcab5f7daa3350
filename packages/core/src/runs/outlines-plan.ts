import { basename } from 'node:path'
import { type Bounds, boundsOf } from '../analysis/outline-geometry.ts'
import {
  type DayOutline,
  type ObjectDay,
  type ObjectRule,
  groupObjects,
  judgeCopies,
} from '../analysis/outline-objects.ts'
import { ScarlineError } from '../errors.ts'
import { bboxCentre, utmEpsgOf } from '../geo/projection.ts'
import type { LngLat } from '../model/grid.ts'
import { type DigitisingNoise, type GivenNoise, digitisingNoise } from './outlines-noise.ts'
import type { OutlineSheet, OutlineSheets } from './outlines-read.ts'
import { projectOutline } from './outlines-source.ts'

/** Outlines farther apart than this, degrees of longitude, are no matter of one map projection. */
const WIDEST_DEG = 12

/** What {@link planOutlines} decided. */
export interface OutlinePlan {
  sheets: OutlineSheet[]
  verdicts: Map<number, { use: boolean; words: string }>
  rule: ObjectRule
  epsg: number
  objects: ObjectDay[][]
  noise: DigitisingNoise
  warnings: string[]
}

/** Which outlines are used, of which objects they are, and how well they are placed. */
export function planOutlines(
  read: OutlineSheets,
  options: GivenNoise & {
    /** `overlap` (the default), `one`, or the attribute that names objects. */
    objects?: string | undefined
  },
): OutlinePlan {
  const { sheets, problems, notes } = read
  const rule: ObjectRule =
    options.objects === undefined || options.objects === 'overlap'
      ? 'overlap'
      : options.objects === 'one'
        ? 'one'
        : 'attribute'
  const warnings = [
    ...problems.map(({ file, message, hint }) => {
      return `${basename(file)}: ${message}${hint === null ? '' : `. ${hint}`}`
    }),
    ...notes,
  ]
  const verdicts: OutlinePlan['verdicts'] = new Map()
  for (const [i, sheet] of sheets.entries()) {
    const { day, features } = sheet
    if (features.length === 0) verdicts.set(i, { use: false, words: 'holds no polygon: left out' })
    else if (day === null) {
      const words = `${features.length} outlines without a date (attribute, layer, file or folder name): left out`
      verdicts.set(i, { use: false, words })
    }
  }
  if (verdicts.size === sheets.length) throw nothingDated(sheets)
  const epsg = commonEpsg(sheets)
  const outlines = sheets.flatMap(({ features }, sheet): DayOutline[] =>
    verdicts.has(sheet)
      ? []
      : features.map(({ properties, geometry }) => ({
          sheet,
          name: rule === 'attribute' ? nameOf(properties, options.objects as string) : null,
          outline: projectOutline(geometry, epsg),
        })),
  )
  const dated = sheets.map(({ file, day }) => ({ file: basename(file), day: day ?? '' }))
  for (const { sheet, use, words } of judgeCopies(dated, outlines))
    verdicts.set(sheet, { use, words })
  for (const [sheet, { words }] of verdicts) warnings.push(`${dated[sheet]?.file}: ${words}`)
  const used = outlines.filter(({ sheet }) => verdicts.get(sheet)?.use !== false)
  const unnamed = rule === 'attribute' ? used.filter(({ name }) => name === null).length : 0
  if (unnamed === used.length && rule === 'attribute') {
    throw new ScarlineError(
      `got outlines without a value of ${options.objects}, expected an attribute that names objects`,
      {
        code: 'invalid-input',
        hint: 'Name one of the attributes with --objects, or leave it out.',
      },
    )
  }
  if (unnamed > 0) warnings.push(`${unnamed} outlines have no ${options.objects}: left out`)
  const named = rule === 'attribute' ? used.filter(({ name }) => name !== null) : used
  const objects = groupObjects(dated, named, rule)
  const again = new Set(objects.flat().flatMap((day) => day.again.map(({ sheet }) => sheet)))
  for (const sheet of again) {
    const words = `holds objects that another file of ${dated[sheet]?.day} holds too: those serve to estimate the digitising noise only`
    warnings.push(`${dated[sheet]?.file}: ${words}`)
    verdicts.set(sheet, { use: true, words })
  }
  return {
    sheets,
    verdicts,
    rule,
    epsg,
    objects,
    noise: digitisingNoise(objects, options),
    warnings,
  }
}

function nothingDated(sheets: readonly OutlineSheet[]): ScarlineError {
  const names = sheets.map(
    ({ file, largestM2 }) => `${basename(file)} (largest ${Math.round(largestM2)} m²)`,
  )
  return new ScarlineError(
    `got no outline with a date in ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}, expected dated polygons`,
    {
      code: 'invalid-input',
      hint: 'Give the polygons a date attribute, or name the files after their day, for example scar-2018-10-12.shp.',
    },
  )
}

/** The UTM zone of the middle of all outlines. */
function commonEpsg(sheets: readonly OutlineSheet[]): number {
  const all = sheets.flatMap(({ day, features }) => (day === null ? [] : features))
  const reference = Number(all[0]?.geometry.coordinates.flat(Infinity)[0])
  const bounds = all
    .map(({ geometry }): Bounds => {
      const coordinates =
        geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
      return boundsOf({
        type: 'MultiPolygon',
        coordinates: coordinates.map((rings) =>
          rings.map((ring) => ring.map(([lng = 0, lat = 0]) => [near(lng, reference), lat])),
        ),
      })
    })
    .reduce((a, b) => [
      Math.min(a[0], b[0]),
      Math.min(a[1], b[1]),
      Math.max(a[2], b[2]),
      Math.max(a[3], b[3]),
    ])
  if (bounds[2] - bounds[0] > WIDEST_DEG) {
    throw new ScarlineError(
      `got outlines ${Math.round(bounds[2] - bounds[0])}° of longitude apart, expected outlines of one region (${WIDEST_DEG}° at most)`,
      { code: 'invalid-input', hint: 'Analyse the regions one by one.' },
    )
  }
  const [lng, lat] = bboxCentre(bounds)
  return utmEpsgOf([near(lng, 0), lat] as LngLat)
}

/** The same meridian within half a turn of `reference`. */
function near(lng: number, reference: number): number {
  return lng - Math.round((lng - reference) / 360) * 360
}

function nameOf(properties: Readonly<Record<string, unknown>>, field: string): string | null {
  const key = Object.keys(properties).find((name) => name.toLowerCase() === field.toLowerCase())
  const value = key === undefined ? null : properties[key]
  return value === null || value === undefined || value === '' ? null : String(value)
}
