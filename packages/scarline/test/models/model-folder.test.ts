import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modelFolder } from '../../src/models/model-folder.ts'
import { officialModel } from '../../src/models/official-models.ts'

describe('modelFolder', () => {
  it.each([
    ['linux', {}, '/home/a', '/home/a/.local/share/scarline/models'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/home/a', '/data/scarline/models'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/a', '/home/a/.local/share/scarline/models'],
    ['darwin', {}, '/Users/a', '/Users/a/Library/Application Support/scarline/models'],
    ['win32', { LOCALAPPDATA: 'D:\\L' }, 'C:\\Users\\a', 'D:\\L\\scarline\\models'],
    ['win32', {}, 'C:\\Users\\a', 'C:\\Users\\a\\AppData\\Local\\scarline\\models'],
  ] as const)('%s %o', (platform, env, home, expected) => {
    expect(modelFolder({ platform, env, home })).toBe(expected)
  })

  it('is what SCARLINE_MODELS says', () => {
    const env = { SCARLINE_MODELS: 'here' }
    expect(modelFolder({ platform: 'linux', env, home: '/h' })).toBe(resolve('here'))
  })
})

describe('officialModel', () => {
  it('takes the names of files, too', () => {
    for (const name of [
      'sam2.1-hiera-base-plus',
      'SAM2.1_hiera_base_plus',
      'sam2.1_hiera_base_plus.pt',
    ]) {
      expect(officialModel(name)?.id).toBe('sam2.1-hiera-base-plus')
    }
    expect(officialModel('sam2.1-hiera-huge')).toBeNull()
  })
})
