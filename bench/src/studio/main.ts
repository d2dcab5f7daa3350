import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type StudioTimes, measureStudio } from './measure-studio.ts'
import { reportText } from './report-text.ts'

const HELP = `node bench/dist/studio/main.js [options]
Times the studio in a headless Chromium: click to mask, scrubbing, opening, propagation. Makes two simulated
sites first (some minutes). Ends by itself; only loopback addresses are asked. Needs npm run build and chromium.
  --work DIR     keep the simulated sites there; a second run begins to measure at once
  --opens N      openings of the long site (default 5)
  --clicks N     clicks before the propagation, and as many after it (default 36)
  --seconds N    of every kind of scrubbing (default 4)
  --minutes N    give up after so many minutes (default 25)
  --strict       exit code 1 where a target is missed
  --json         one JSON document on stdout`

/** The targets; see docs/studio-performance.md. */
function missed({ clicks, corrections, opens, scrubs, propagation }: StudioTimes): string[] {
  return [
    ...(clicks.all.p95 < 150 && corrections.all.p95 < 150 ? [] : ['click to mask under 150 ms']),
    ...(opens.every(({ usableMs }) => usableMs < 2000) ? [] : ['opening under 2 s']),
    ...(scrubs.every(({ droppedShare }) => droppedShare < 0.05) ? [] : ['60 frames a second']),
    ...(propagation.over100Ms === 0 ? [] : ['no task over 100 ms while propagating']),
  ]
}

const { values } = parseArgs({
  options: {
    work: { type: 'string' },
    opens: { type: 'string', default: '5' },
    clicks: { type: 'string', default: '36' },
    seconds: { type: 'string', default: '4' },
    minutes: { type: 'string', default: '25' },
    strict: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(`${HELP}\n`)
  process.exit(0)
}
const minutes = positive('minutes', values.minutes)
const end = setTimeout(() => {
  process.stderr.write(`got no end after ${minutes} minutes, expected one; give --minutes\n`)
  process.exit(1)
}, minutes * 60_000)
const own = await mkdtemp(join(tmpdir(), 'scarline-studio-bench-'))
try {
  const times = await measureStudio({
    work: values.work ? resolve(values.work) : own,
    dir: join(own, 'measured'),
    opens: positive('opens', values.opens),
    clicks: positive('clicks', values.clicks),
    scrubMs: positive('seconds', values.seconds) * 1000,
    copy: (from, to) => cp(from, to, { recursive: true }),
    tell: (words) => process.stderr.write(`${words}\n`),
  })
  const misses = missed(times)
  process.stdout.write(values.json ? `${JSON.stringify({ ...times, misses }, null, 1)}\n` : '')
  process.stderr.write(reportText(times, misses))
  if (values.strict && misses.length > 0) process.exitCode = 1
} finally {
  clearTimeout(end)
  await rm(own, { recursive: true, force: true })
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`got --${name} ${text}, expected a number above 0`)
  return value
}
