import { spawn } from 'node:child_process'
import type { SimulatedScenario } from '@scarline/core'
import type { SiteOptions, SiteScore } from './evolution-site.ts'

/** A simulated site. */
export interface AskedSite {
  scenario: SimulatedScenario
  seed: number
}

/**
 * Judges sites in child processes, some at a time, in the order asked for.
 *
 * @throws Error where a child fails, after the others have ended
 */
export async function inChildren(
  asked: readonly AskedSite[],
  options: SiteOptions,
  jobs: number,
  show: (site: SiteScore) => void,
): Promise<void> {
  const waiting = [...asked]
  const work = async (): Promise<void> => {
    for (let site = waiting.shift(); site !== undefined; site = waiting.shift()) {
      show(await judgeInChild(site, options))
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: jobs }, work))
  for (const end of ended) if (end.status === 'rejected') throw end.reason
}

async function judgeInChild(
  { scenario, seed }: AskedSite,
  { work, sizeM, trueMasks, corrections, retrack }: SiteOptions,
): Promise<SiteScore> {
  const flags = ['--corrections', String(corrections)]
  if (trueMasks) flags.push('--true-masks')
  if (retrack) flags.push('--retrack')
  const script = process.argv[1] as string
  const site = ['--scenario', scenario, '--seeds', String(seed), '--size-m', String(sizeM)]
  const child = spawn(process.execPath, [script, ...site, '--keep', work, '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const chunks: Buffer[] = []
  const complaints: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail)
    child.once('close', done)
  })
  if (code !== 0) {
    const said = Buffer.concat(complaints).toString().trim()
    throw new Error(`${scenario} ${seed}: ended with ${code}\n${said}`)
  }
  const { sites } = JSON.parse(Buffer.concat(chunks).toString()) as { sites: [SiteScore] }
  return sites[0]
}
