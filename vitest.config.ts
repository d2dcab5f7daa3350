import { defineConfig } from 'vitest/config'

/** What starts programs, holds native threads or counts the process's listeners. */
const APART = [
  'test/**/*.test.ts',
  'packages/sam2/test/runtime/**/*.test.ts',
  'packages/core/test/import/**/*.test.ts',
]

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    unstubGlobals: true,
    projects: [
      // A process a file. These, the longest, are started before the others.
      { extends: true, test: { name: 'apart', include: APART } },
      // Two processes for all of them, which read the modules once.
      {
        extends: true,
        test: {
          name: 'units',
          include: ['packages/*/test/**/*.test.ts'],
          exclude: APART,
          isolate: false,
        },
      },
    ],
  },
})
