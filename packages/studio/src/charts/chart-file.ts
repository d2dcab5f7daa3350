/** What a figure looks like, by its style sheet, and passes on to its parts. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linejoin',
  'paint-order',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
] as const

/** Pixels of a PNG per pixel of the page. */
const PNG_SCALE = 2

/** What a person does on the page leaves no trace in the figure. */
const LEFT_OUT = '.not-in-file'

/**
 * A figure of the page as a file that stands alone: in light colours whatever the page's are, with
 * its pictures inside.
 */
export async function svgOf(figure: SVGSVGElement): Promise<string> {
  const { width, height } = figure.getBoundingClientRect()
  const copy = figure.cloneNode(true) as SVGSVGElement
  const stage = document.createElement('div')
  stage.className = 'chart-stage'
  stage.append(copy)
  for (const element of copy.querySelectorAll(LEFT_OUT)) element.remove()
  document.body.append(stage)
  try {
    writeStyles(copy, null)
    for (const element of [copy, ...copy.querySelectorAll('[class]')]) {
      element.removeAttribute('class')
    }
  } finally {
    stage.remove()
  }
  await Promise.all([...copy.querySelectorAll('image')].map(takeIn))
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(Math.round(width)))
  copy.setAttribute('height', String(Math.round(height)))
  if (!copy.hasAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${width} ${height}`)
  copy.prepend(ground(copy))
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`
}

/** Writes what the style sheet says as attributes, where it differs from what the parent says. */
function writeStyles(element: Element, parent: CSSStyleDeclaration | null): void {
  const style = getComputedStyle(element)
  for (const name of STYLES) {
    const value = style.getPropertyValue(name)
    if (value !== parent?.getPropertyValue(name)) element.setAttribute(name, value)
  }
  for (const child of element.children) writeStyles(child, style)
}

function ground(svg: SVGSVGElement): SVGRectElement {
  const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  const { x, y, width, height } = svg.viewBox.baseVal
  for (const [name, value] of Object.entries({ x, y, width, height, fill: '#ffffff' })) {
    rect.setAttribute(name, String(value))
  }
  return rect
}

async function takeIn(image: SVGImageElement): Promise<void> {
  const response = await fetch(image.href.baseVal)
  if (!response.ok) throw new Error(`got HTTP status ${response.status} for ${image.href.baseVal}`)
  image.setAttribute('href', await dataUrl(await response.blob()))
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(reader.result as string))
    reader.addEventListener('error', () => reject(reader.error as DOMException))
    reader.readAsDataURL(blob)
  })
}

/** A figure of the page as a PNG of twice its size. */
export async function pngOf(figure: SVGSVGElement): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([await svgOf(figure)], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width * PNG_SCALE
    canvas.height = image.height * PNG_SCALE
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await pngOfCanvas(canvas)
  } finally {
    URL.revokeObjectURL(address)
  }
}

/** A canvas as a PNG. */
export function pngOfCanvas(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob)
      else reject(new Error(`got no PNG of ${canvas.width} × ${canvas.height} pixels`))
    }, 'image/png')
  })
}

/** Hands a file to the person. */
export function saveFile(content: Blob | string, name: string): void {
  const blob =
    typeof content === 'string' ? new Blob([content], { type: 'image/svg+xml' }) : content
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
