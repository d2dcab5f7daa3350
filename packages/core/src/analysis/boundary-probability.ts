/** Stored probability codes per unit: 0..200 mean 0..1. */
const CODES_PER_UNIT = 200

/** p (1 - p) of a pixel by its probability code 0..255; 0 for the codes above 200, which say nothing. */
export const VARIANCE_OF_CODE: Float64Array = Float64Array.from({ length: 256 }, (_, code) => {
  const p = code / CODES_PER_UNIT
  return code > CODES_PER_UNIT ? 0 : p * (1 - p)
})
