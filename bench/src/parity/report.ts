import { MEDIAN_LIMIT } from './limits.ts'
import type {
  FolderResult,
  MaskResult,
  ModuleResult,
  ReplayResult,
  ScenarioResult,
} from './result.ts'

/** Lines of one kind of trouble that a scenario may print. */
const MOST_LINES = 12

/** One model folder's result as text for a terminal. */
export function reportText(result: FolderResult): string {
  const { weights, frames, modules, scenarios } = result
  return [
    `${result.name} (${result.config})`,
    `  weights  ${weights.checked} tensors ${weights.source}, ${wrongText(weights.wrong)}`,
    `  frames   ${frames.checked} frames, ${wrongText(frames.wrong)}`,
    '',
    ...moduleTable(modules),
    ...scenarios.flatMap(scenarioTables),
    ...summaryTable(scenarios),
    `${result.name}: ${verdictText(result)}`,
    '',
  ].join('\n')
}

function verdictText({
  modules,
  scenarios,
  medianLowRes,
  seconds,
  isWithin,
}: FolderResult): string {
  const compared = modules.filter(({ difference }) => difference).length
  const beyond = modules.filter((tensor) => !tensor.isWithin).length
  const verdicts = (wanted: ScenarioResult['verdict']) =>
    scenarios.filter(({ verdict }) => verdict === wanted).length
  return [
    isWithin ? 'within tolerance' : 'BEYOND TOLERANCE',
    `${compared} tensors compared, ${beyond} beyond`,
    `${modules.length - compared} not compared`,
    `${scenarios.length} scenarios, ${verdicts('carried')} carried, ${verdicts('beyond')} beyond`,
    `median logit difference ${short(medianLowRes)} of ${short(MEDIAN_LIMIT)}`,
    `${seconds.toFixed(0)} s`,
  ].join('; ')
}

function wrongText(wrong: readonly string[]): string {
  if (wrong.length === 0) return 'all equal bit for bit'
  return `${wrong.length} DIFFER: ${wrong.slice(0, MOST_LINES).join(', ')}`
}

function moduleTable(modules: readonly ModuleResult[]): string[] {
  if (modules.length === 0) return []
  const rows = modules.map(({ name, difference, limit, isWithin, reason = '' }) => {
    if (!difference) return [name, '-', '-', '-', '-', isWithin ? '' : 'BEYOND', reason]
    const { count, maxAbs, maxRel } = difference
    const verdict = isWithin ? 'ok' : 'BEYOND'
    return [name, String(count), short(maxAbs), short(maxRel), short(limit ?? 0), verdict, reason]
  })
  return table(['module tensor', 'values', 'max abs', 'max rel', 'limit', '', ''], rows)
}

function scenarioTables(scenario: ScenarioResult): string[] {
  const { id, fromRecorded } = scenario
  return [
    ...replayTable(id, scenario),
    ...(fromRecorded
      ? replayTable(`${id} again, memory made from recorded masks`, fromRecorded)
      : []),
  ]
}

function replayTable(
  title: string,
  { masks, decisions, numbers, modelCalls }: ReplayResult,
): string[] {
  const rows = masks.map((mask) => [
    `${mask.step} ${mask.call}`,
    String(mask.frameIdx),
    String(mask.objId),
    mask.kind,
    mask.mask ? mask.mask.iou.toFixed(6) : '-',
    mask.mask ? `${mask.mask.flipped}/${mask.limits.maskPixels}` : '-',
    mask.lowRes ? `${short(mask.lowRes.maxAbs)}/${short(mask.limits.lowRes)}` : '-',
    mask.objPtr ? short(mask.objPtr.maxAbs) : '-',
    mask.scoreAbs === undefined ? '-' : short(mask.scoreAbs),
    mask.failures.join('; '),
  ])
  const head = [
    'step',
    'frame',
    'object',
    'output',
    'IoU',
    'flipped',
    'low_res',
    'obj_ptr',
    'score',
    '',
  ]
  const equal =
    decisions.length === 0 ? 'all decisions equal' : `${decisions.length} DECISIONS DIFFER`
  return [
    `${title}: ${modelCalls} model calls, ${equal}`,
    ...fewLines(decisions),
    ...fewLines(numbers),
    ...table(head, rows),
  ]
}

function fewLines(lines: readonly string[]): string[] {
  const few = lines.slice(0, MOST_LINES).map((line) => `  ${line}`)
  return lines.length > MOST_LINES ? [...few, `  … ${lines.length - MOST_LINES} more`] : few
}

function summaryTable(scenarios: readonly ScenarioResult[]): string[] {
  if (scenarios.length === 0) return []
  const rows = scenarios.flatMap(({ id, verdict, ...scenario }) => {
    const { fromRecorded } = scenario
    const rowOf = (name: string, replay: ReplayResult, last: string) =>
      summaryRow(name, replay, last)
    if (!fromRecorded) return [rowOf(id, scenario, verdict === 'beyond' ? 'BEYOND' : 'ok')]
    return [
      rowOf(id, scenario, verdict === 'carried' ? 'carried' : 'BEYOND'),
      rowOf('  from recorded', fromRecorded, fromRecorded.isWithin ? 'ok' : 'BEYOND'),
    ]
  })
  const head = [
    'scenario',
    'masks',
    'least IoU',
    'flipped',
    'low_res',
    'median',
    'obj_ptr',
    'score',
    'memory',
    'decisions',
    'time',
    '',
  ]
  return table(head, rows)
}

function summaryRow(name: string, replay: ReplayResult, verdict: string): string[] {
  const { masks, decisions } = replay
  const worst = (of: (mask: MaskResult) => number | undefined) =>
    masks.reduce((most, mask) => Math.max(most, of(mask) ?? 0), 0)
  const leastIou = masks.reduce((least, { mask }) => Math.min(least, mask?.iou ?? 1), 1)
  return [
    name,
    String(masks.length),
    leastIou.toFixed(6),
    String(worst(({ mask }) => mask?.flipped)),
    short(worst(({ lowRes }) => lowRes?.maxAbs)),
    short(replay.medianLowRes),
    short(worst(({ objPtr }) => objPtr?.maxAbs)),
    short(worst(({ scoreAbs }) => scoreAbs)),
    short(worst(({ memory }) => memory?.maxAbs)),
    decisions.length === 0 ? 'equal' : `${decisions.length} differ`,
    `${replay.seconds.toFixed(1)} s`,
    verdict,
  ]
}

/** Columns padded to their widest cell: first and last to the left, the others to the right; a blank line after. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return ['']
  const last = head.length - 1
  const widths = head.map((title, i) => {
    if (i === last) return 0
    return Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length))
  })
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, i) => {
      const width = widths[i] ?? 0
      return i === 0 || i === last ? cell.padEnd(width) : cell.padStart(width)
    })
    return `  ${padded.join('  ')}`.trimEnd()
  }
  return [line(head), ...rows.map(line), '']
}

function short(value: number): string {
  if (value === 0) return '0'
  return Number.isFinite(value) ? value.toExponential(1) : 'not finite'
}
