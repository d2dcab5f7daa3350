import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const BENCH = join(import.meta.dirname, '../../../../bench/dist/sam2-cancel.js')

interface Report {
  cancelled: number
  framesKept: number
  framesLost: number
  longestStop_ms: number
  snapshots: { runs: number; openSessions: number; rss_MB: number }[]
  sessionsAfterClose: number
}

it('50 propagations cancelled in the middle of a frame keep what was done and leak nothing', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [BENCH])
  const { snapshots, ...report } = JSON.parse(stdout) as Report
  expect(report).toMatchObject({ cancelled: 50, framesLost: 0, sessionsAfterClose: 0 })
  expect(report.framesKept).toBeGreaterThan(100)
  const [early, last] = snapshots
  expect([early?.openSessions, last?.openSessions]).toEqual([4, 4])
  // One leaked model would be 7 MB; the allocator's own ups and downs are 30.
  expect((last?.rss_MB ?? NaN) - (early?.rss_MB ?? NaN)).toBeLessThan(50)
}, 60_000)
