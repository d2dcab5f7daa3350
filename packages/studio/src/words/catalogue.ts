/** The same keys and arguments, in another language. */
export type SameKeys<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...facts: infer F) => string
      ? (...facts: F) => string
      : SameKeys<T[K]>
}
