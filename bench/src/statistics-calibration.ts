import { parseArgs } from 'node:util'
import { deseason, eventsOf, findChangePoints, onsetsOf } from '@scarline/core/internals'
import {
  NO_ERRORS,
  REFERENCE_M2,
  type SeriesErrors,
  type SeriesPlan,
  daysSinceStart,
  drawSeries,
} from './statistics/synthetic-areas.ts'

const HELP = `node bench/dist/statistics-calibration.js [options]
Draws series of areas of known truth and counts what the statistics find in them.
  --seeds 200   series drawn for each row
  --first 1     first seed
  --only NAME   quiet, steps or onsets
  --errors TEXT rows whose errors begin with this only
  --json        one JSON document on stdout`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    first: { type: 'string', default: '1' },
    only: { type: 'string' },
    errors: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const YEAR_DAYS = 365.2425
const YEARS_OF_SITE = 8
const FRAMES_OF_SITE = 75

const ERRORS: Record<string, SeriesErrors> = {
  'independent 3 %': { ...NO_ERRORS, independent: 0.03 },
  'slow 3 % (60 days)': { ...NO_ERRORS, slow: 0.03 },
  'slow 3 % (200 days)': { ...NO_ERRORS, slow: 0.03, slowDays: 200 },
  'both 2 %': { ...NO_ERRORS, independent: 0.02, slow: 0.02 },
  'season 6 %': { ...NO_ERRORS, independent: 0.02, season: 0.06 },
  'single frames off (5 %)': { ...NO_ERRORS, independent: 0.02, offChance: 0.05 },
  'all of them': { independent: 0.02, slow: 0.02, slowDays: 60, season: 0.04, offChance: 0.05 },
}

interface QuietRow {
  errors: string
  frames: number
  years: number
  eventsPerDecade: number
  onsetsPerDecade: number
  seasonShare: number
  secondsPerSeries: number
}

interface StepRow {
  errors: string
  ratio: number
  found: number
  sizeHeld: number
  falsePerDecade: number
}

interface OnsetRow {
  errors: string
  fold: number
  found: number
  medianErrorDays: number
  within60Days: number
  intervalHolds: number
  medianIntervalDays: number
  falsePerDecade: number
}

function seedsOf(): number[] {
  const first = Number(values.first)
  return Array.from({ length: Number(values.seeds) }, (_, i) => first + i)
}

const isAsked = (name: string): boolean => name.startsWith(values.errors)
const STEP_ERRORS = ['independent 3 %', 'slow 3 % (60 days)', 'all of them'].filter(isAsked)

function* quietRows(): Generator<QuietRow> {
  for (const [frames, years] of [
    [24, 2],
    [FRAMES_OF_SITE, YEARS_OF_SITE],
  ] as const) {
    for (const [name, errors] of Object.entries(ERRORS)) {
      if (!isAsked(name)) continue
      yield quietRow(name, { frames, years, errors, areaAt: () => REFERENCE_M2 })
    }
    const errors = { ...NO_ERRORS, independent: 0.03 }
    const areaAt = (day: number): number => REFERENCE_M2 * (1 + (day / YEAR_DAYS) * 0.1)
    const name = 'independent 3 %, area grows'
    if (isAsked(name)) yield quietRow(name, { frames, years, errors, areaAt })
  }
  for (const name of STEP_ERRORS) {
    const errors = ERRORS[name] as SeriesErrors
    yield quietRow(name, { frames: 150, years: 10, errors, areaAt: () => REFERENCE_M2 })
  }
}

function quietRow(name: string, plan: SeriesPlan): QuietRow {
  const seeds = seedsOf()
  const decades = (seeds.length * plan.years) / 10
  let events = 0
  let onsets = 0
  let seasons = 0
  const started = performance.now()
  for (const seed of seeds) {
    const measures = drawSeries(plan, seed)
    const trend = findChangePoints(measures)
    if (trend === null) continue
    events += eventsOf(trend).events.length
    onsets += onsetsOf(trend).length
    if (deseason(measures, trend).season !== null) seasons++
  }
  return {
    errors: name,
    frames: plan.frames,
    years: plan.years,
    eventsPerDecade: events / decades,
    onsetsPerDecade: onsets / decades,
    seasonShare: seasons / seeds.length,
    secondsPerSeries: (performance.now() - started) / 1000 / seeds.length,
  }
}

/** Standard deviation of a frame's error, share. */
function deviationOf({ independent, slow }: SeriesErrors): number {
  return Math.hypot(independent, slow)
}

function* stepRows(): Generator<StepRow> {
  for (const name of STEP_ERRORS) {
    for (const ratio of [2, 3, 4, 6, 8, 12]) yield stepRow(name, ratio)
  }
}

function stepRow(name: string, ratio: number): StepRow {
  const errors = ERRORS[name] as SeriesErrors
  const seeds = seedsOf()
  const years = YEARS_OF_SITE
  const size = ratio * deviationOf(errors) * REFERENCE_M2
  let found = 0
  let held = 0
  let wrong = 0
  for (const seed of seeds) {
    const stepDay = years * YEAR_DAYS * (0.2 + (0.6 * (seed % 100)) / 100)
    const areaAt = (day: number): number => REFERENCE_M2 + (day >= stepDay ? size : 0)
    const measures = drawSeries({ frames: FRAMES_OF_SITE, years, errors, areaAt }, seed)
    const trend = findChangePoints(measures)
    if (trend === null) continue
    const { events } = eventsOf(trend)
    const right = events.find(
      ({ kind, afterAt, byAt }) =>
        kind === 'abrupt-gain' &&
        daysSinceStart(afterAt) < stepDay &&
        daysSinceStart(byAt) >= stepDay,
    )
    if (right !== undefined) {
      found++
      if (right.lowM2 <= size && right.highM2 >= size) held++
    }
    wrong += events.length - (right === undefined ? 0 : 1)
  }
  return {
    errors: name,
    ratio,
    found: found / seeds.length,
    sizeHeld: found === 0 ? NaN : held / found,
    falsePerDecade: wrong / ((seeds.length * years) / 10),
  }
}

function* onsetRows(): Generator<OnsetRow> {
  for (const name of STEP_ERRORS) {
    for (const fold of [3, 6, 12]) yield onsetRow(name, fold)
  }
}

/** A rate of 3 % of the area a year rises by so many times. */
function onsetRow(name: string, fold: number): OnsetRow {
  const errors = ERRORS[name] as SeriesErrors
  const seeds = seedsOf()
  const years = YEARS_OF_SITE
  const perDay = (0.03 * REFERENCE_M2) / YEAR_DAYS
  const errorsDays: number[] = []
  const widths: number[] = []
  let holds = 0
  let within = 0
  let others = 0
  for (const seed of seeds) {
    const riseDay = years * YEAR_DAYS * (0.25 + (0.5 * (seed % 100)) / 100)
    const areaAt = (day: number): number =>
      REFERENCE_M2 + perDay * (day + (fold - 1) * Math.max(0, day - riseDay))
    const measures = drawSeries({ frames: FRAMES_OF_SITE, years, errors, areaAt }, seed)
    const trend = findChangePoints(measures)
    const onsets = trend === null ? [] : onsetsOf(trend)
    const off = ({ at }: { at: string }): number => Math.abs(daysSinceStart(at) - riseDay)
    const nearest = [...onsets].sort((a, b) => off(a) - off(b))[0]
    if (nearest === undefined) continue
    errorsDays.push(off(nearest))
    if (off(nearest) <= 60) within++
    const low = daysSinceStart(nearest.lowAt)
    const high = daysSinceStart(nearest.highAt)
    widths.push(high - low)
    if (low <= riseDay && high >= riseDay) holds++
    others += onsets.length - 1
  }
  return {
    errors: name,
    fold,
    found: errorsDays.length / seeds.length,
    medianErrorDays: median(errorsDays),
    within60Days: within / seeds.length,
    intervalHolds: errorsDays.length === 0 ? NaN : holds / errorsDays.length,
    medianIntervalDays: median(widths),
    falsePerDecade: others / ((seeds.length * years) / 10),
  }
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted.length === 0 ? NaN : (sorted[sorted.length >> 1] as number)
}

const percent = (share: number): string =>
  Number.isFinite(share) ? `${Math.round(100 * share)} %` : '-'
const days = (count: number): string => (Number.isFinite(count) ? String(Math.round(count)) : '-')

/** Prints the rows of a table as they are counted; returns them. */
function print<Row>(rows: Iterable<Row>, head: string[], cellsOf: (row: Row) => string[]): Row[] {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`
  const isTable = !values.json
  if (isTable) console.log([line(head), line(head.map(() => '---'))].join('\n'))
  const counted: Row[] = []
  for (const row of rows) {
    counted.push(row)
    if (isTable) console.log(line(cellsOf(row)))
  }
  if (isTable) console.log('')
  return counted
}

function printQuiet(): QuietRow[] {
  const head = ['errors', 'frames', 'years', 'events a decade', 'onsets a decade', 'season claimed']
  return print(quietRows(), [...head, 's a series'], (row) => [
    row.errors,
    String(row.frames),
    String(row.years),
    row.eventsPerDecade.toFixed(2),
    row.onsetsPerDecade.toFixed(2),
    percent(row.seasonShare),
    row.secondsPerSeries.toFixed(2),
  ])
}

function printSteps(): StepRow[] {
  const head = ['errors', 'step / noise', 'found', 'size in interval', 'other events a decade']
  return print(stepRows(), head, (row) => [
    row.errors,
    String(row.ratio),
    percent(row.found),
    percent(row.sizeHeld),
    row.falsePerDecade.toFixed(2),
  ])
}

function printOnsets(): OnsetRow[] {
  const head = ['errors', 'rate x', 'found', 'median error, days', 'within 60 days']
  const more = ['date in interval', 'median interval, days', 'others a decade']
  return print(onsetRows(), [...head, ...more], (row) => [
    row.errors,
    String(row.fold),
    percent(row.found),
    days(row.medianErrorDays),
    percent(row.within60Days),
    percent(row.intervalHolds),
    days(row.medianIntervalDays),
    row.falsePerDecade.toFixed(2),
  ])
}

function main(): void {
  if (values.help) {
    console.log(HELP)
    return
  }
  const wanted = (name: string): boolean => values.only === undefined || values.only === name
  const quiet = wanted('quiet') ? printQuiet() : []
  const steps = wanted('steps') ? printSteps() : []
  const onsets = wanted('onsets') ? printOnsets() : []
  if (values.json) {
    console.log(JSON.stringify({ seeds: values.seeds, quiet, steps, onsets }, null, 1))
  }
}

main()
