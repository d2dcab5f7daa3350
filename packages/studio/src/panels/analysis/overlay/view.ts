/** How the map is seen: screen = place * scale + offset, in pixels of the screen and of the grid. */
export interface View {
  scale: number
  x: number
  y: number
}

/** Sizes in pixels. */
export interface Size {
  width: number
  height: number
}

const MOST_SCALE = 24

/** Shows a part of the grid as large as the screen lets it. */
export function fitView(
  screen: Size,
  [left, top, right, bottom]: readonly [number, number, number, number],
): View {
  const scale = Math.min(
    MOST_SCALE,
    screen.width / Math.max(1, right - left),
    screen.height / Math.max(1, bottom - top),
  )
  return {
    scale,
    x: screen.width / 2 - ((left + right) / 2) * scale,
    y: screen.height / 2 - ((top + bottom) / 2) * scale,
  }
}

/** A part of the grid with room around it, no further than the grid reaches. */
export function withRoom(
  [left, top, right, bottom]: readonly [number, number, number, number],
  grid: Size,
  share = 0.12,
): [number, number, number, number] {
  const room = Math.max(8, share * Math.max(right - left, bottom - top))
  return [
    Math.max(0, left - room),
    Math.max(0, top - room),
    Math.min(grid.width, right + room),
    Math.min(grid.height, bottom + room),
  ]
}

/** Zooms so that the place under a point of the screen stays there. */
export function zoomView(
  view: View,
  factor: number,
  [atX, atY]: readonly [number, number],
  screen: Size,
  grid: Size,
): View {
  const least = 0.7 * Math.min(screen.width / grid.width, screen.height / grid.height)
  const scale = Math.max(least, Math.min(MOST_SCALE, view.scale * factor))
  const ratio = scale / view.scale
  return keepInSight(
    { scale, x: atX - (atX - view.x) * ratio, y: atY - (atY - view.y) * ratio },
    screen,
    grid,
  )
}

/** Moves the picture by pixels of the screen. */
export function panView(view: View, byX: number, byY: number, screen: Size, grid: Size): View {
  return keepInSight({ ...view, x: view.x + byX, y: view.y + byY }, screen, grid)
}

function keepInSight(view: View, screen: Size, grid: Size): View {
  const keep = (offset: number, length: number, room: number): number =>
    Math.max(room * 0.3 - length, Math.min(room * 0.7, offset))
  return {
    scale: view.scale,
    x: keep(view.x, grid.width * view.scale, screen.width),
    y: keep(view.y, grid.height * view.scale, screen.height),
  }
}

/** Place on the grid of a point of the screen. */
export function gridPlace(view: View, [x, y]: readonly [number, number]): [x: number, y: number] {
  return [(x - view.x) / view.scale, (y - view.y) / view.scale]
}

/** The largest round length that takes at most `mostPx` pixels of the screen. */
export function scaleBar(
  pixelsPerMetre: number,
  mostPx: number,
): { metres: number; widthPx: number } {
  const most = mostPx / pixelsPerMetre
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = power * ([5, 2, 1].find((step) => step * power <= most) ?? 1)
  return { metres, widthPx: metres * pixelsPerMetre }
}
