import { parseArgs } from 'node:util'
import { Sam2Error } from '@scarline/sam2'
import { createNodeRuntime } from '@scarline/sam2/onnxruntime-node'
import { type ReferenceFolder, findModelFolders, readFolder } from './read-folder.ts'
import { reportText } from './report.ts'
import type { FolderResult } from './result.ts'
import * as inside from './sam2-inside.ts'
import { requireScenarios, runFolder } from './run-folder.ts'

const HELP = `node bench/dist/parity/main.js [options] <folder>
Compares @scarline/sam2 with a folder of reference vectors: one model folder, or a folder of them, with
frames/ beside it. Weights and frames are made by rule and checked by hash; every call of the manifest is
replayed. A scenario beyond a limit, yet below the hard cap and with all decisions equal, is replayed
again with every memory made from the recorded mask; within all limits then, it counts as carried.
  --only S1,S2       these scenarios only
  --modules-only     module tensors only
  --checkpoint       read the checkpoints that the manifest names instead of making the weights
  --strict           no second replay from recorded masks: a limit missed is a limit missed
  --threads N        threads of onnxruntime (default: all cores)
  --json             one JSON document on stdout
Exit codes: 0 within tolerance, 1 beyond, 2 not such a folder or a wrong option.`

const WITHIN = 0
const BEYOND = 1
const USAGE = 2

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      'modules-only': { type: 'boolean', default: false },
      checkpoint: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      threads: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return WITHIN
  }
  const [path, ...others] = positionals
  if (path === undefined || others.length > 0) {
    console.error(`got ${positionals.length} folders, expected one\n${HELP}`)
    return USAGE
  }
  const only = values.only?.split(',').map((id) => id.trim())
  const folders: ReferenceFolder[] = []
  for (const folder of await findModelFolders(path)) folders.push(await readFolder(folder))
  if (only) requireScenarios(folders, only)

  const results: FolderResult[] = []
  const threads = values.threads === undefined ? undefined : Number(values.threads)
  const runtime = await createNodeRuntime(threads === undefined ? {} : { threads })
  try {
    for (const folder of folders) {
      const result = await runFolder(folder, {
        runtime,
        inside,
        checkpoint: values.checkpoint,
        strict: values.strict,
        ...(only && { only }),
        modulesOnly: values['modules-only'],
        onProgress: (text) => console.error(text),
      })
      results.push(result)
      if (!values.json) console.log(reportText(result))
    }
  } finally {
    await runtime.close()
  }
  if (values.json) console.log(JSON.stringify(results, null, 1))
  return results.every(({ isWithin }) => isWithin) ? WITHIN : BEYOND
}

/** Wrong folders and wrong options are the caller's; anything else is ours. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Sam2Error) {
    const hint = error.hint === undefined ? '' : ` ${error.hint}`
    console.error(`${error.message}.${hint}`)
    return error.code === 'input' || error.code === 'config' ? USAGE : BEYOND
  }
  const isUsage = error instanceof TypeError && 'code' in error
  console.error(isUsage ? `${error.message}\n${HELP}` : error)
  return isUsage ? USAGE : BEYOND
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.exitCode = exitCodeOf(error)
}
