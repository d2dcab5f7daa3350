import { describe, expect, it } from 'vitest'
import { type Route, hrefOf, parseRoute } from '../../src/state/router.ts'

describe('parseRoute', () => {
  it('reads the pages of a site', () => {
    expect(parseRoute('#/sites/baige/scenes')).toEqual({
      page: 'scenes',
      siteId: 'baige',
      sceneId: null,
    })
  })

  it('takes a site without a page for its track page', () => {
    expect(parseRoute('#/sites/baige')).toMatchObject({ page: 'track', siteId: 'baige' })
  })

  it('gives the list of sites for what it does not know', () => {
    for (const hash of ['', '#', '#/', '#/elsewhere', '#/sites/baige/elsewhere']) {
      expect(parseRoute(hash)).toEqual({ page: 'sites' })
    }
  })

  it('does not fail on a broken escape', () => {
    expect(parseRoute('#/sites/100%/play')).toMatchObject({ siteId: '100%', page: 'play' })
  })
})

describe('hrefOf', () => {
  it('comes back through parseRoute, whatever characters the ids have', () => {
    const routes: Route[] = [
      { page: 'sites' },
      { page: 'new-site' },
      { page: 'track', siteId: 'Baige 白格/1?&#', sceneId: 'S2A_20170116' },
      { page: 'analysis', siteId: 'a', sceneId: null },
      { page: 'play', siteId: 'a', sceneId: 'a&b=c' },
    ]
    for (const route of routes) expect(parseRoute(hrefOf(route))).toEqual(route)
  })
})
