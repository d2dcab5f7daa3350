import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type SiteScore, judgeSite } from './evolution-site.ts'
import { inChildren } from './evolution-jobs.ts'
import { failuresOf, markdownTables, textTables } from './evolution-table.ts'
import { goalsOf } from './evolution-totals.ts'
import { FULL_SIZE_M, scenariosOf, seedsOf } from './prepare-site.ts'

const HELP = `node bench/dist/evolution.js [options]
Runs archive -> frames -> masks -> analysis at simulated sites and scores events, onsets, new zones,
directions and areas against the simulator's truth.
  --seeds 1,2,5-9   seeds of the simulated archives (default 1-20)
  --scenario NAME   baige, sela or both (default both)
  --size-m N        edge of the simulated sites, m (default ${FULL_SIZE_M})
  --keep DIR        keep the site folders there; a second run only analyses anew
  --retrack         track anew on the frames that are there
  --corrections N   an expert adds up to N clicks on the frame of the first ones, in the middle of what is
                    wrong there (in a site folder of its own)
  --true-masks      put the truth in the place of the masks (in a site folder of its own)
  --jobs N          so many sites at a time, each in a process of its own (default 1)
  --markdown        tables as Markdown
  --json            one JSON document on stdout`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1-20' },
    scenario: { type: 'string', default: 'both' },
    'size-m': { type: 'string', default: String(FULL_SIZE_M) },
    keep: { type: 'string' },
    retrack: { type: 'boolean', default: false },
    corrections: { type: 'string', default: '0' },
    'true-masks': { type: 'boolean', default: false },
    jobs: { type: 'string', default: '1' },
    markdown: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(`${HELP}\n`)
  process.exit(0)
}

const work = values.keep ? resolve(values.keep) : await mkdtemp(join(tmpdir(), 'scarline-bench-'))
const options = {
  work,
  sizeM: Number(values['size-m']),
  trueMasks: values['true-masks'],
  corrections: Number(values.corrections),
  retrack: values.retrack,
}
const asked = scenariosOf(values.scenario).flatMap((scenario) =>
  seedsOf(values.seeds).map((seed) => ({ scenario, seed })),
)
const jobs = Number(values.jobs)
const sites: SiteScore[] = []
const show = (site: SiteScore): void => {
  const { scenario, seed, analyseSeconds } = site
  sites.push(site)
  process.stderr.write(`${scenario} ${seed}: analysed in ${analyseSeconds} s\n`)
  for (const { topic, words } of failuresOf(site)) process.stderr.write(`  ${topic}: ${words}\n`)
}
try {
  if (jobs > 1) await inChildren(asked, options, jobs, show)
  else for (const { scenario, seed } of asked) show(await judgeSite(scenario, seed, options))
} finally {
  if (!values.keep) await rm(work, { recursive: true, force: true })
}
sites.sort((a, b) => a.scenario.localeCompare(b.scenario) || a.seed - b.seed)
const tables = values.markdown ? markdownTables(sites) : textTables(sites)
process.stdout.write(
  values.json ? `${JSON.stringify({ goals: goalsOf(sites), sites }, null, 1)}\n` : `${tables}\n`,
)
