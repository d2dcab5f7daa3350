import type { FeatureLike } from 'ol/Feature'
import CircleStyle from 'ol/style/Circle'
import Fill from 'ol/style/Fill'
import RegularShape from 'ol/style/RegularShape'
import Stroke from 'ol/style/Stroke'
import Style from 'ol/style/Style'
import Text from 'ol/style/Text'
import { objectColour } from './object-colours.ts'

const DARK = 'rgb(10 20 28 / 85%)'

/** Edge of the area of interest. */
export const AOI_STYLE: readonly Style[] = [
  new Style({ stroke: new Stroke({ color: 'rgb(0 0 0 / 55%)', width: 3 }) }),
  new Style({ stroke: new Stroke({ color: '#ffffff', width: 1.2, lineDash: [6, 5] }) }),
]

const cache = new Map<string, Style[]>()

/** A mark: `kind`, `positive`, `add`, `isPending`, `isSelected`, `isOther` (of another object), `objectId`. */
export function markStyle(feature: FeatureLike): Style[] {
  const facts = feature.getProperties()
  const key = ['kind', 'positive', 'add', 'isPending', 'isSelected', 'isOther', 'objectId']
    .map((name) => String(facts[name]))
    .join()
  const known = cache.get(key)
  if (known) return known
  const colour = objectColour(Number(facts['objectId']))
  const opacity = facts['isOther'] ? 0.5 : 1
  const made =
    facts['kind'] === 'point'
      ? pointStyles(colour, Boolean(facts['positive']), {
          opacity,
          isPending: Boolean(facts['isPending']),
          isSelected: Boolean(facts['isSelected']),
        })
      : areaStyles(colour, {
          isRegion: facts['kind'] === 'region',
          isCut: facts['add'] === false,
          isSelected: Boolean(facts['isSelected']),
        })
  cache.set(key, made)
  return made
}

function pointStyles(
  colour: string,
  positive: boolean,
  { opacity, isPending, isSelected }: { opacity: number; isPending: boolean; isSelected: boolean },
): Style[] {
  const disc = new CircleStyle({
    radius: 8,
    fill: new Fill({ color: positive ? colour : '#ffffff' }),
    stroke: new Stroke({ color: DARK, width: 1.6, ...(isPending ? { lineDash: [3, 3] } : {}) }),
  })
  disc.setOpacity(opacity)
  const line = new Stroke({ color: DARK, width: 2 })
  const bars = positive ? [0, Math.PI / 2] : [Math.PI / 2]
  const signs = bars.map(
    (rotation) =>
      new Style({
        image: new RegularShape({ points: 2, radius: 4.5, rotation, stroke: line }),
      }),
  )
  const ring = new Style({
    image: new CircleStyle({ radius: 12, stroke: new Stroke({ color: '#ffffff', width: 2.4 }) }),
  })
  return [...(isSelected ? [ring] : []), new Style({ image: disc }), ...signs]
}

function areaStyles(
  colour: string,
  { isRegion, isCut, isSelected }: { isRegion: boolean; isCut: boolean; isSelected: boolean },
): Style[] {
  const line = isCut ? '#ffffff' : colour
  return [
    new Style({ stroke: new Stroke({ color: DARK, width: isSelected ? 6 : 3.6 }) }),
    new Style({
      stroke: new Stroke({ color: line, width: isSelected ? 3 : 1.8, lineDash: [7, 4] }),
      ...(isRegion ? { fill: new Fill({ color: withAlpha(line, 0.35) }) } : {}),
    }),
  ]
}

/** What a tool draws while the pointer is down. */
export function sketchStyle(colour: string, isCut: boolean): Style[] {
  const line = isCut ? '#ffffff' : colour
  return [
    new Style({ stroke: new Stroke({ color: DARK, width: 3.4 }) }),
    new Style({
      stroke: new Stroke({ color: line, width: 1.6 }),
      fill: new Fill({ color: withAlpha(line, 0.28) }),
    }),
  ]
}

/** A brush stroke as wide as the brush. */
export function brushStyle(colour: string, isCut: boolean, widthPx: number): Style {
  return new Style({
    stroke: new Stroke({
      color: withAlpha(isCut ? '#ffffff' : colour, 0.5),
      width: widthPx,
      lineCap: 'round',
      lineJoin: 'round',
    }),
  })
}

/** A place where a click would decide what is in doubt. */
export const DOUBT_STYLE: readonly Style[] = [
  new Style({
    image: new CircleStyle({
      radius: 9,
      fill: new Fill({ color: '#ffd84d' }),
      stroke: new Stroke({ color: DARK, width: 1.6 }),
    }),
    text: new Text({ text: '?', font: '700 13px sans-serif', fill: new Fill({ color: DARK }) }),
  }),
]

/** The keyboard's crosshair. */
export const CROSSHAIR_STYLE: readonly Style[] = [0, Math.PI / 2].flatMap((rotation) => [
  new Style({
    image: new RegularShape({
      ...{ points: 2, radius: 17, rotation },
      stroke: new Stroke({ color: DARK, width: 4.5 }),
    }),
  }),
  new Style({
    image: new RegularShape({
      ...{ points: 2, radius: 16, rotation },
      stroke: new Stroke({ color: '#ffffff', width: 1.8 }),
    }),
    zIndex: 1,
  }),
])

function withAlpha(hex: string, alpha: number): string {
  return (
    hex +
    Math.round(alpha * 255)
      .toString(16)
      .padStart(2, '0')
  )
}
