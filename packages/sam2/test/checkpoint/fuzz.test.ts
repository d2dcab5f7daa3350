import { describe, expect, it } from 'vitest'
import { examine, type Opener } from '../../../../bench/src/fuzz/examine.ts'
import type { FuzzCase } from '../../../../bench/src/fuzz/fuzz-case.ts'
import { damagedCase, smallCheckpoints } from '../../../../bench/src/fuzz/fuzz-cases.ts'
import { hostileFiles } from '../../../../bench/src/fuzz/hostile-files.ts'
import { hostilePickles } from '../../../../bench/src/fuzz/hostile-pickles.ts'
import { openCheckpoint, sourceOfBytes } from '../../src/checkpoint/checkpoint.ts'
import { Sam2Error } from '../../src/errors.ts'

const opener: Opener = {
  open: (bytes, name) => openCheckpoint(sourceOfBytes(bytes, name)),
  isExpected: (error): error is Sam2Error =>
    error instanceof Sam2Error && error.code === 'checkpoint',
}

async function wrongOnes(cases: Iterable<FuzzCase>): Promise<string[]> {
  const wrong: string[] = []
  for (const fuzzCase of cases) {
    const { result, message } = await examine(opener, fuzzCase)
    if (result === 'wrong') wrong.push(`${fuzzCase.name}: ${message}`)
  }
  return wrong
}

describe('openCheckpoint on hostile files', () => {
  it('refuses every global, opcode, bomb and shape of a hostile pickle', async () => {
    expect(await wrongOnes(hostilePickles())).toEqual([])
  })

  it('refuses foreign files and archives that lie about themselves', async () => {
    expect(await wrongOnes(hostileFiles())).toEqual([])
  })

  it('loads or refuses 400 damaged checkpoints', async () => {
    const files = smallCheckpoints()
    const cases = Array.from({ length: 400 }, (_, index) => damagedCase(1, index, files))
    expect(await wrongOnes(cases)).toEqual([])
  })
})
