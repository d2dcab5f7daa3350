/** Colours of objects on pictures: as the report's outlines, then others that stay apart (Okabe and Ito). */
const ON_PICTURES = ['#e69f00', '#56b4e9', '#cc79a7', '#f0e442', '#2fc197', '#ee7d2b'] as const

/** An object's colour on a picture; after six they come again. */
export function objectColour(objectId: number): string {
  return ON_PICTURES[(objectId - 1) % ON_PICTURES.length] as string
}

/** An object's colour on the page's own ground, as a token of the style sheet. */
export function objectToken(objectId: number): `--object-${number}` {
  return `--object-${((objectId - 1) % ON_PICTURES.length) + 1}`
}
