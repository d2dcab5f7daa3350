/**
 * Probability states of the MQ coder (ISO/IEC 15444-1, table C.2): probability of the less probable
 * symbol, next state after the more and after the less probable one, whether they change roles.
 */
const STATES: readonly (readonly [qe: number, nextMps: number, nextLps: number, swap: 0 | 1])[] = [
  [0x5601, 1, 1, 1], [0x3401, 2, 6, 0], [0x1801, 3, 9, 0], [0x0ac1, 4, 12, 0],
  [0x0521, 5, 29, 0], [0x0221, 38, 33, 0], [0x5601, 7, 6, 1], [0x5401, 8, 14, 0],
  [0x4801, 9, 14, 0], [0x3801, 10, 14, 0], [0x3001, 11, 17, 0], [0x2401, 12, 18, 0],
  [0x1c01, 13, 20, 0], [0x1601, 29, 21, 0], [0x5601, 15, 14, 1], [0x5401, 16, 14, 0],
  [0x5101, 17, 15, 0], [0x4801, 18, 16, 0], [0x3801, 19, 17, 0], [0x3401, 20, 18, 0],
  [0x3001, 21, 19, 0], [0x2801, 22, 19, 0], [0x2401, 23, 20, 0], [0x2201, 24, 21, 0],
  [0x1c01, 25, 22, 0], [0x1801, 26, 23, 0], [0x1601, 27, 24, 0], [0x1401, 28, 25, 0],
  [0x1201, 29, 26, 0], [0x1101, 30, 27, 0], [0x0ac1, 31, 28, 0], [0x09c1, 32, 29, 0],
  [0x08a1, 33, 30, 0], [0x0521, 34, 31, 0], [0x0441, 35, 32, 0], [0x02a1, 36, 33, 0],
  [0x0221, 37, 34, 0], [0x0141, 38, 35, 0], [0x0111, 39, 36, 0], [0x0085, 40, 37, 0],
  [0x0049, 41, 38, 0], [0x0025, 42, 39, 0], [0x0015, 43, 40, 0], [0x0009, 44, 41, 0],
  [0x0005, 45, 42, 0], [0x0001, 45, 43, 0], [0x5601, 46, 46, 0],
] // prettier-ignore

const QE: Uint16Array = Uint16Array.from(STATES, ([qe]) => qe)
/** Next states with the more probable symbol in bit 0: index is state * 2 + symbol. */
const AFTER_MPS: Uint8Array = Uint8Array.from(
  STATES.flatMap(([, next]) => [next * 2, next * 2 + 1]),
)
const AFTER_LPS: Uint8Array = Uint8Array.from(
  STATES.flatMap(([, , next, swap]) => [next * 2 + swap, next * 2 + (1 - swap)]),
)

/** Reads binary decisions from one code-block's bytes (ISO/IEC 15444-1, annex C). */
export interface MqDecoder {
  /** @param contexts state * 2 + more probable symbol, by context; updated in place */
  decode(contexts: Uint8Array, context: number): 0 | 1
}

/** A decoder over `bytes`; behind their end it reads ones, as the standard prescribes. */
export function mqDecoder(bytes: Uint8Array): MqDecoder {
  const end = bytes.length
  let at = 0
  let code = (end > 0 ? (bytes[0] as number) : 0xff) << 16
  let available = 0
  let interval = 0x8000

  const byteIn = (): void => {
    const current = at < end ? (bytes[at] as number) : 0xff
    const next = at + 1 < end ? (bytes[at + 1] as number) : 0xff
    if (current === 0xff) {
      if (next > 0x8f) {
        code += 0xff00
        available = 8
      } else {
        at++
        code += next << 9
        available = 7
      }
    } else {
      at++
      code += next << 8
      available = 8
    }
  }
  byteIn()
  code <<= 7
  available -= 7

  const renormalise = (): void => {
    do {
      if (available === 0) byteIn()
      interval <<= 1
      code = (code << 1) >>> 0
      available--
    } while ((interval & 0x8000) === 0)
  }

  return {
    decode(contexts, context) {
      const state = contexts[context] as number
      const qe = QE[state >> 1] as number
      const mps = (state & 1) as 0 | 1
      interval -= qe
      let symbol: 0 | 1
      if (code >>> 16 < qe) {
        const exchanged = interval < qe
        symbol = exchanged ? mps : ((1 - mps) as 0 | 1)
        contexts[context] = (exchanged ? AFTER_MPS[state] : AFTER_LPS[state]) as number
        interval = qe
        renormalise()
        return symbol
      }
      code = (code - qe * 65_536) >>> 0
      if ((interval & 0x8000) !== 0) return mps
      const exchanged = interval < qe
      symbol = exchanged ? ((1 - mps) as 0 | 1) : mps
      contexts[context] = (exchanged ? AFTER_LPS[state] : AFTER_MPS[state]) as number
      renormalise()
      return symbol
    },
  }
}
