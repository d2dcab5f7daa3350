import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { scarline } from './command-line.ts'

const stack = resolve(import.meta.dirname, '../../shared/data/s2-theia-clearcut')
const isThere = existsSync(stack)
if (!isThere) console.warn(`skipped: ${stack} is not there`)

/** The years around the felling. */
const [FROM, TO] = ['20180101', '20200701']
const dayOf = (product: string): string => /_(\d{8})-/.exec(product)?.[1] ?? ''

it.skipIf(!isThere)(
  'a real clear-cut, clicked at its first appearance, grows block by block and greens over',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'scarline-clearcut-'))
    try {
      const site = join(dir, 'site')
      const products = readdirSync(stack).filter((name) => dayOf(name) > FROM && dayOf(name) < TO)
      const paths = products.map((name) => join(stack, name))
      expect((await scarline('import', site, ...paths, '--pixel-size', '4')).code).toBe(0)
      expect((await scarline('frames', site, '--no-video')).code).toBe(0)
      await scarline(
        ...['prompt', site, '--frame', '2019-04-18', '--positive', '5.349426,49.278707'],
        ...['--negative', '5.346394,49.281468', '--negative', '5.353024,49.276295'],
      )
      expect((await scarline('track', site)).code).toBe(0)
      const { frames } = JSON.parse(await readFile(join(site, 'track.json'), 'utf8')) as {
        frames: { sceneId: string; areaM2: number }[]
      }
      const areaHa = (from: string, to: string): number[] =>
        frames
          .filter(({ sceneId }) => sceneId.slice(4) >= from && sceneId.slice(4) <= to)
          .map(({ areaM2 }) => areaM2 / 1e4)
      expect(Math.max(...areaHa('20180401', '20181031'))).toBeLessThan(3)
      const spring = areaHa('20190401', '20190610')
      expect(Math.max(...areaHa('20190201', '20190320'))).toBeLessThan(Math.min(...spring))
      expect(Math.max(...spring)).toBeGreaterThan(6)
      expect(Math.max(...areaHa('20190801', '20190930'))).toBeLessThan(0.75 * Math.max(...spring))
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  },
  120_000,
)
