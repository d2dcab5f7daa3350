import { execFile, spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const PACKAGE = join(import.meta.dirname, '../..')
const PROGRAM = join(import.meta.dirname, 'child-program.mjs')

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sam2-process-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

interface Ended {
  code: number | string | null
  stdout: string
  stderr: string
}

interface Surroundings {
  cwd: string
  env: NodeJS.ProcessEnv
}

function execute(
  command: string,
  args: string[],
  surroundings: Partial<Surroundings> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, args, { ...surroundings, timeout: 30_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.signal ?? null) : 0, stdout, stderr }),
    )
  })
}

describe('a program with a node runtime', () => {
  it.each([
    ['closed', 0],
    ['closed-without-worker', 0],
    ['forgotten', 0],
    ['not-awaited', 0],
    ['exit-while-running', 7],
    ['throw-while-running', 1],
  ])('ends by itself and in order when the runtime is %s', async (ending, code) => {
    const ended = await execute(process.execPath, [PROGRAM, ending])
    expect(ended).toMatchObject({ code, stdout: 'done\n' })
    expect(ended.stderr).not.toContain('terminate called')
  })

  it('is told what to install where onnxruntime-node is missing', async () => {
    const lone = join(scratch, 'lone')
    await cp(join(PACKAGE, 'dist'), join(lone, 'dist'), { recursive: true })
    await cp(join(PACKAGE, 'package.json'), join(lone, 'package.json'))
    const program = `
      import { createNodeRuntime } from '@scarline/sam2/onnxruntime-node'
      for (const worker of [true, false]) {
        await createNodeRuntime({ worker }).catch(({ name, code, message, hint }) =>
          console.log(JSON.stringify({ name, code, message, hint })))
      }`
    await writeFile(join(lone, 'program.mjs'), program)
    const { code, stdout } = await execute(process.execPath, [join(lone, 'program.mjs')])
    const error = {
      name: 'Sam2Error',
      code: 'runtime',
      message: 'got no package onnxruntime-node, expected it installed',
      hint: 'Install it with: npm install onnxruntime-node@1.30',
    }
    expect(code).toBe(0)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([error, error])
  })

  it('is refused in a thread whose environment lacks ORT_DISABLE_TELEMETRY', async () => {
    const program = `
      import { Worker } from 'node:worker_threads'
      const code = "import('@scarline/sam2/onnxruntime-node').then((m) => m.createNodeRuntime())" +
        ".then((r) => r.close().then(() => 'made'), (e) => e.message).then(console.log)"
      await new Promise((resolve) => new Worker(code, { eval: true }).on('exit', resolve))
      process.env.ORT_DISABLE_TELEMETRY = '1'
      await new Promise((resolve) => new Worker(code, { eval: true }).on('exit', resolve))`
    const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env
    const args = ['--input-type=module', '--eval', program]
    const { stdout } = await execute(process.execPath, args, { cwd: PACKAGE, env })
    expect(stdout).toBe(
      'got no ORT_DISABLE_TELEMETRY in a thread, expected it set by the process\nmade\n',
    )
  })
})

const canTrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0
if (!canTrace) console.warn('no strace here, or no right to trace: system calls are not watched')

/** What a traced program wrote or looked up, its standard streams and devices apart. */
interface Trace {
  internet: string[]
  written: string[]
  left: string[]
}

async function trace(ending: string): Promise<Trace> {
  const home = join(scratch, `home-${ending}`)
  await mkdir(home)
  const { PATH = '' } = process.env
  // No CI and no ORT_*: onnxruntime holds its tongue under them by itself.
  const env = { PATH, HOME: home, TMPDIR: home, XDG_CACHE_HOME: join(home, 'cache') }
  const log = join(scratch, `${ending}.trace`)
  const calls = 'trace=network,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2'
  const args = ['-f', '-o', log, '-e', calls, process.execPath, PROGRAM, ending]
  const { code, stderr } = await execute('strace', args, { cwd: home, env })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const lines = (await readFile(log, 'utf8')).split('\n')
  return {
    internet: lines.filter((line) => /AF_INET|resolv\.conf|nsswitch\.conf|\/hosts"/.test(line)),
    written: lines.filter(
      (line) =>
        /O_WRONLY|O_RDWR|O_CREAT|creat\(|mkdir|rename/.test(line) && !/"\/(dev|proc)\//.test(line),
    ),
    left: await readdir(home, { recursive: true }),
  }
}

describe.skipIf(!canTrace)('the telemetry of onnxruntime', () => {
  it.each(['closed', 'closed-without-worker'])(
    'is off: nothing is written or looked up (%s)',
    async (ending) => {
      expect(await trace(ending)).toEqual({ internet: [], written: [], left: [] })
    },
  )

  it('would have been seen', async () => {
    const { written, left } = await trace('without-runtime')
    expect(written).not.toEqual([])
    expect(left).not.toEqual([])
  })
})
