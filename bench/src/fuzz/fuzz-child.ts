import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { examine, type Opener } from './examine.ts'
import { damagedCase, type Seed, smallCheckpoints } from './fuzz-cases.ts'
import type { FuzzReply, FuzzRequest, FuzzStart } from './fuzz-protocol.ts'
import { openCheckpoint, Sam2Error, sourceOfBytes } from './sam2.ts'

const opener: Opener = {
  open: (bytes, name) => openCheckpoint(sourceOfBytes(bytes, name)),
  isExpected: (error): error is Sam2Error =>
    error instanceof Sam2Error && error.code === 'checkpoint',
}

const start = JSON.parse(process.argv[2] as string) as FuzzStart
const given = start.files.map((path) => ({
  name: basename(path),
  bytes: new Uint8Array(readFileSync(path)),
}))
const files: readonly Seed[] = [...smallCheckpoints(), ...given]

async function answer(request: FuzzRequest): Promise<FuzzReply> {
  const fuzzCase =
    request.kind === 'given' ? request.fuzzCase : damagedCase(start.seed, request.index, files)
  const began = performance.now()
  const { result, message } = await examine(opener, fuzzCase)
  return {
    name: fuzzCase.name,
    result,
    message,
    milliseconds: performance.now() - began,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  }
}

process.on('message', (request: FuzzRequest) => {
  void answer(request).then((reply) => process.send?.(reply))
})
