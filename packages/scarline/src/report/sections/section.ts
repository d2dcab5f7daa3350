import { type Markup, html } from '../markup.ts'

/** A piece of a section. Figures and tables are numbered through the page. */
export type Part =
  | { kind: 'figure'; body: Markup; caption: Markup; after?: Markup; mayBreak?: boolean }
  | { kind: 'table'; body: Markup; caption: Markup }
  | { kind: 'text'; body: Markup }

/** A section with its heading. */
export interface Section {
  title: string
  parts: readonly (Part | null | false)[]
}

/** Sections in order; those without parts leave no trace and take no number. */
export function renderSections(sections: readonly (Section | null)[]): Markup {
  let figures = 0
  let tables = 0
  const render = (part: Part): Markup => {
    if (part.kind === 'text') return part.body
    if (part.kind === 'table') {
      tables += 1
      return html`<div class="table-block">
        <p class="table-caption"><b>Table ${tables}.</b> ${part.caption}</p>
        ${part.body}
      </div>`
    }
    figures += 1
    return html`<figure class="${part.mayBreak === true ? 'flow-figure' : 'chart-figure'}">
        ${part.body}
        <figcaption><b>Figure ${figures}.</b> ${part.caption}</figcaption>
      </figure>
      ${part.after ?? null}`
  }
  return html`${sections.map((section) => {
    const parts = section?.parts.filter((part) => part !== null && part !== false) ?? []
    if (section === null || parts.length === 0) return null
    return html`<section>
      <h2>${section.title}</h2>
      ${parts.map(render)}
    </section>`
  })}`
}

/** Sentences as a list. */
export function sentenceList(sentences: readonly (string | Markup)[]): Markup {
  return html`<ul class="plain">
    ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
  </ul>`
}
