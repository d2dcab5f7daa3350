import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { FuzzRequest } from './fuzz/fuzz-protocol.ts'
import { hostileFiles, zipBombs } from './fuzz/hostile-files.ts'
import { hostilePickles } from './fuzz/hostile-pickles.ts'
import { createFuzzRunner } from './fuzz/run-cases.ts'

const HELP = `node bench/dist/fuzz-checkpoints.js [options] [checkpoint…]
Opens hostile and damaged checkpoints in a child process that may do nothing but read. Each must load
or be refused with a Sam2Error, in time and within memory. Exits 1 when one does not.
Given checkpoints are damaged too, beside small ones made here.
  --seed N          seed of the damage (default 1)
  --runs N          damaged files (default 20000)
  --seconds N       time limit of one file (default 10)
  --json            one JSON document on stdout`

/** Resident memory that the child may reach with small files; four copies of a given file more. */
const MEMORY_MIB = 1024

interface Wrong {
  readonly case: string
  readonly name: string
  readonly message: string
}

interface Summary {
  seed: number
  hostile: number
  damaged: number
  loaded: number
  refused: number
  wrong: Wrong[]
  slowest: { name: string; milliseconds: number }
  peakMiB: number
  limitMiB: number
}

function* requests(runs: number): Generator<FuzzRequest> {
  for (const fuzzCase of [...hostilePickles(), ...hostileFiles(), ...zipBombs()]) {
    yield { kind: 'given', fuzzCase }
  }
  for (let index = 0; index < runs; index++) yield { kind: 'damaged', index }
}

async function fuzz(
  seed: number,
  runs: number,
  files: readonly string[],
  timeLimitMs: number,
): Promise<Summary> {
  const largestMiB = Math.max(0, ...files.map((path) => statSync(path).size / 2 ** 20))
  const totalMiB = files.reduce((sum, path) => sum + statSync(path).size / 2 ** 20, 0)
  const summary: Summary = {
    seed,
    hostile: 0,
    damaged: 0,
    loaded: 0,
    refused: 0,
    wrong: [],
    slowest: { name: 'none', milliseconds: 0 },
    peakMiB: 0,
    limitMiB: MEMORY_MIB + totalMiB + 4 * largestMiB,
  }
  await using runner = createFuzzRunner({ seed, files }, timeLimitMs)
  for (const request of requests(runs)) {
    const id = request.kind === 'given' ? 'hostile' : `damaged ${request.index}`
    summary[request.kind === 'given' ? 'hostile' : 'damaged'] += 1
    const result = await runner.run(request)
    if (result.ended !== 'answered') {
      const name = request.kind === 'given' ? request.fuzzCase.name : 'unknown'
      summary.wrong.push({ case: id, name, message: `${result.ended}: ${result.message}` })
      continue
    }
    const { name, result: outcome, message, milliseconds, peakMiB } = result.reply
    if (outcome === 'wrong') summary.wrong.push({ case: id, name, message })
    else summary[outcome] += 1
    if (milliseconds > summary.slowest.milliseconds) summary.slowest = { name, milliseconds }
    summary.peakMiB = Math.max(summary.peakMiB, peakMiB)
  }
  return summary
}

function print(summary: Summary): void {
  const { slowest, peakMiB, limitMiB, wrong } = summary
  console.log(
    [
      `seed ${summary.seed}: ${summary.hostile} hostile and ${summary.damaged} damaged files`,
      `${summary.refused} refused, ${summary.loaded} loaded, ${wrong.length} wrong`,
      `slowest ${slowest.milliseconds.toFixed(0)} ms (${slowest.name})`,
      `peak resident memory ${peakMiB.toFixed(0)} MiB of ${limitMiB.toFixed(0)} allowed`,
      ...wrong.map(({ case: id, name, message }) => `WRONG ${id} (${name}): ${message}`),
    ].join('\n'),
  )
}

function wholeNumber(text: string, option: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new TypeError(`got --${option} ${text}, expected a whole number`)
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '20000' },
      seconds: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const summary = await fuzz(
    wholeNumber(values.seed, 'seed'),
    wholeNumber(values.runs, 'runs'),
    positionals.map((path) => resolve(path)),
    wholeNumber(values.seconds, 'seconds') * 1000,
  )
  if (values.json) console.log(JSON.stringify(summary))
  else print(summary)
  return summary.wrong.length > 0 || summary.peakMiB > summary.limitMiB ? 1 : 0
}

process.exitCode = await main()
