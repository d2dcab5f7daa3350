import { type Insert, type Markup, html } from '../markup.ts'

/** A column of a table. */
export interface Column {
  head: string
  isNumber?: boolean
}

/** Rows of a table that is not parted between printed pages. */
const SHORT_ROWS = 10

/** A table whose head is repeated on each printed page. */
export function table(columns: readonly Column[], rows: readonly Insert[]): Markup {
  const isShort = rows.length <= SHORT_ROWS
  return html`<div class="${isShort ? 'scroll whole' : 'scroll'}">
    <table>
      <thead>
        <tr>
          ${columns.map(({ head, isNumber }) => html`<th scope="col" ${isNumber === true && html` class="number"`}>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}

/** A cell of text. */
export const cell = (value: Insert): Markup => html`<td>${value}</td>`
/** A cell of a date or a name that must not be broken. */
export const short = (value: Insert): Markup => html`<td class="short">${value}</td>`

/** A cell of running text, wide enough to be read. */
export const long = (value: Insert): Markup => html`<td class="long">${value}</td>`

/** A cell of a number. */
export const number = (value: Insert): Markup => html`<td class="number">${value}</td>`
