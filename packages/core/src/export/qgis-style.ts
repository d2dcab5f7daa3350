import type { DateClass } from './date-classes.ts'
import { type XmlElement, element, textElement } from './xml.ts'

/** Version of QGIS whose files these are; newer ones read them, too. */
export const QGIS_VERSION = '3.22.16-Białowieża'

/** Says that nobody has saved the file by hand since. */
export const QGIS_MARK = '<!-- Written by scarline export. -->'

/** First lines of a QGIS document. */
export const QGIS_HEAD: readonly string[] = [
  "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>",
  QGIS_MARK,
]

/** Start of a boundary as a number, ms since 1970. */
const START_MS = `epoch("valid_from")`

/** Columns of the boundaries as people read them. */
const ALIASES: Record<string, string> = {
  frame: 'Frame',
  object: 'Object',
  scene: 'Scene',
  valid_from: 'Seen on (UTC)',
  valid_to: 'Until the next frame (UTC)',
  area_m2: 'Area, m²',
  area_low_m2: 'Area, lower 90 % bound, m²',
  area_high_m2: 'Area, upper 90 % bound, m²',
  confidence: 'Confidence, 0 to 1',
  valid_inside: 'Share of the boundary seen, 0 to 1',
  locked: 'Accepted by a person',
}

/** A QGIS map of options, as symbol layers and custom properties want it. */
export function options(values: Record<string, string | number>): XmlElement {
  return element(
    'Option',
    { type: 'Map' },
    Object.entries(values).map(([name, value]) =>
      element('Option', { name, type: 'QString', value: String(value) }),
    ),
  )
}

/** Each feature is shown from `valid_from` (included) to `valid_to` (not included; none: for ever). */
export function boundaryTemporal(enabled: boolean): XmlElement {
  return element(
    'temporal',
    {
      enabled: Number(enabled),
      mode: 2,
      limitMode: 0,
      startField: 'valid_from',
      endField: 'valid_to',
      startExpression: '',
      endExpression: '',
      durationField: '',
      durationUnit: 'min',
      fixedDuration: 0,
      accumulate: 0,
    },
    [element('fixedRange', {}, [element('start'), element('end')])],
  )
}

/** Outlines graduated by date, cased in black and white to be seen on dark and on bright ground. */
export function boundaryRenderer(classes: readonly DateClass[]): XmlElement {
  return element(
    'renderer-v2',
    {
      type: 'graduatedSymbol',
      attr: START_MS,
      graduatedMethod: 'GraduatedColor',
      symbollevels: 0,
      enableorderby: 1,
      forceraster: 0,
      referencescale: -1,
    },
    [
      element(
        'ranges',
        {},
        classes.map(({ fromMs, toMs, label }, i) =>
          element('range', { symbol: i, lower: fromMs, upper: toMs, label, render: 'true' }),
        ),
      ),
      element(
        'symbols',
        {},
        classes.map(({ colour }, i) =>
          element('symbol', { type: 'fill', name: i, alpha: 1, clip_to_extent: 1, force_rhr: 0 }, [
            outline('#ffffff', 1.3),
            outline('#000000', 0.9),
            outline(colour, 0.6),
          ]),
        ),
      ),
      element('orderby', {}, [
        element('orderByClause', { asc: 1, nullsFirst: 0 }, ['"valid_from"']),
      ]),
    ],
  )
}

/** Polygons as dashed lines of one colour, for layers that have no style of their own. */
export function dashedOutline(): XmlElement {
  return element(
    'renderer-v2',
    { type: 'singleSymbol', symbollevels: 0, enableorderby: 0, forceraster: 0, referencescale: -1 },
    [
      element('symbols', {}, [
        element('symbol', { type: 'fill', name: 0, alpha: 1, clip_to_extent: 1, force_rhr: 0 }, [
          outline('#ffffff', 1.1),
          outline('#d55e00', 0.6, 'dash'),
        ]),
      ]),
    ],
  )
}

/** Polygons as dashed lines, a colour for each kind. */
export function kindRenderer(
  expression: string,
  kinds: readonly { value: string; label: string; colour: string }[],
): XmlElement {
  return element(
    'renderer-v2',
    {
      type: 'categorizedSymbol',
      attr: expression,
      symbollevels: 0,
      enableorderby: 0,
      forceraster: 0,
      referencescale: -1,
    },
    [
      element(
        'categories',
        {},
        kinds.map(({ value, label }, i) =>
          element('category', { symbol: i, value, label, type: 'string', render: 'true' }),
        ),
      ),
      element(
        'symbols',
        {},
        kinds.map(({ colour }, i) =>
          element('symbol', { type: 'fill', name: i, alpha: 1, clip_to_extent: 1, force_rhr: 0 }, [
            outline('#000000', 1.1),
            outline(colour, 0.7, 'dash'),
          ]),
        ),
      ),
    ],
  )
}

function outline(colour: string, widthMm: number, style = 'solid'): XmlElement {
  return element('layer', { class: 'SimpleLine', enabled: 1, locked: 0, pass: 0 }, [
    options({
      line_color: rgba(colour),
      line_style: style,
      line_width: widthMm,
      line_width_unit: 'MM',
      joinstyle: 'round',
      capstyle: 'round',
    }),
  ])
}

/** Date and area with its 90 % interval beside each boundary; the object's number where there are several. */
export function boundaryLabels(severalObjects: boolean): XmlElement {
  const hectares = (column: string): string => `format_number("${column}" / 10000, 2)`
  const name = severalObjects ? `'object ' || "object" || ', ' || ` : ''
  const text =
    `${name}format_date("valid_from", 'yyyy-MM-dd') || '\n' || ${hectares('area_m2')} || ' ha (' || ` +
    `${hectares('area_low_m2')} || ' to ' || ${hectares('area_high_m2')} || ')'`
  return element('labeling', { type: 'simple' }, [
    element('settings', {}, [
      element(
        'text-style',
        {
          fieldName: text,
          isExpression: 1,
          fontSize: 10,
          fontSizeUnit: 'Point',
          fontWeight: 50,
          textColor: '0,0,0,255',
          textOpacity: 1,
          multilineHeight: 1,
        },
        [
          element('text-buffer', {
            bufferDraw: 1,
            bufferSize: 1,
            bufferSizeUnits: 'MM',
            bufferColor: '255,255,255,255',
            bufferOpacity: 1,
            bufferNoFill: 1,
          }),
        ],
      ),
      element('text-format', { multilineAlign: 0 }),
      element('placement', {
        placement: 8,
        placementFlags: 10,
        polygonPlacementFlags: 2,
        dist: 2,
        distUnits: 'MM',
        priority: 5,
      }),
      element('rendering', {
        drawLabels: 1,
        displayAll: 1,
        labelPerPart: 0,
        obstacle: 1,
        obstacleFactor: 1,
        scaleVisibility: 0,
        maxNumLabels: 2000,
        fontMaxPixelSize: 10000,
      }),
    ]),
  ])
}

/** Names of the boundaries' columns for people. */
export function boundaryAliases(): XmlElement {
  return element(
    'aliases',
    {},
    Object.entries(ALIASES).map(([field, name], i) =>
      element('alias', { field, name, index: i + 1 }),
    ),
  )
}

/** The style of the boundaries by itself, for a layer that somebody opens on their own. */
export function boundaryStyle(classes: readonly DateClass[], severalObjects: boolean): XmlElement {
  return element(
    'qgis',
    {
      version: QGIS_VERSION,
      styleCategories: 'Symbology|Labeling|Fields|Temporal',
      labelsEnabled: 1,
    },
    [
      boundaryTemporal(true),
      boundaryRenderer(classes),
      boundaryLabels(severalObjects),
      boundaryAliases(),
      textElement('layerGeometryType', '2'),
    ],
  )
}

/** `r,g,b,a` of `#rrggbb`. */
function rgba(colour: string): string {
  const channel = (start: number): number => Number.parseInt(colour.slice(start, start + 2), 16)
  return [channel(1), channel(3), channel(5), 255].join(',')
}
