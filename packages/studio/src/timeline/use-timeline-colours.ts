import { useEffect, useState } from 'react'
import { onColourChange, tokenColour } from '../map/map-colours.ts'
import { objectToken } from '../map/object-colours.ts'
import type { TimelineColours } from './draw-timeline.ts'

/** Colours of the theme in force, as a canvas needs them. */
export function useTimelineColours(): TimelineColours {
  const [colours, setColours] = useState(readColours)
  useEffect(() => onColourChange(() => setColours(readColours())), [])
  return colours
}

function readColours(): TimelineColours {
  const objects = new Map<string, string>()
  return {
    ink: tokenColour('--ink'),
    muted: tokenColour('--muted'),
    rule: tokenColour('--rule'),
    surface: tokenColour('--surface'),
    accent: tokenColour('--accent'),
    warn: tokenColour('--warn'),
    reject: tokenColour('--reject'),
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
    object(id) {
      const token = objectToken(id)
      const known = objects.get(token)
      if (known) return known
      const colour = tokenColour(token)
      objects.set(token, colour)
      return colour
    },
  }
}
