/** Text that is HTML already; everything else is escaped where it is put in. */
export interface Markup {
  readonly markup: string
}

/** What may be put into {@link html}: nothing (null, false) leaves no trace. */
export type Insert = Markup | string | number | null | false | readonly Insert[]

/** Text as it has to stand in HTML, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** HTML from a template; inserts are escaped unless they are {@link Markup} themselves. */
export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  let markup = strings[0] ?? ''
  for (const [i, insert] of inserts.entries()) markup += render(insert) + (strings[i + 1] ?? '')
  return { markup }
}

/** Text that is known to be HTML, such as our own style sheet. */
export function trusted(markup: string): Markup {
  return { markup }
}

/** Data for a script element: no text in it can end the element. */
export function scriptJson(value: unknown): Markup {
  return trusted(JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028'))
}

function render(insert: Insert): string {
  if (insert === null || insert === false) return ''
  if (typeof insert === 'number') return String(insert)
  if (typeof insert === 'string') return escapeHtml(insert)
  if ('markup' in insert) return insert.markup
  return insert.map(render).join('')
}
