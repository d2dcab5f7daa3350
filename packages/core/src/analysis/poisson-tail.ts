/** Coefficients of Lanczos (1964) with g = 5, as in Press et al., Numerical Recipes, section 6.1. */
const LANCZOS = [
  76.1800917294715, -86.5053203294168, 24.0140982408309, -1.231739572450155, 0.1208650973866179e-2,
  -0.5395239384953e-5,
]

/** Terms of a series below this share of its sum no longer count. */
const NEGLIGIBLE = 1e-12

/**
 * How often chance alone gives `count` or more where `mean` is to be expected (Poisson): the regularised
 * incomplete gamma function P(count, mean), which takes fractions of a count, too.
 *
 * @param count above 0
 * @param mean above 0
 */
export function poissonTail(count: number, mean: number): number {
  if (mean >= count + 1) return 1
  let term = Math.exp(count * Math.log(mean) - mean - lnGamma(count + 1))
  let sum = term
  for (let k = 1; term > NEGLIGIBLE * sum; k++) {
    term *= mean / (count + k)
    sum += term
  }
  return Math.min(1, sum)
}

function lnGamma(x: number): number {
  const base = x + 5.5
  const series = LANCZOS.reduce((sum, value, i) => sum + value / (x + 1 + i), 1.000000000190015)
  return (x + 0.5) * Math.log(base) - base + Math.log((Math.sqrt(2 * Math.PI) * series) / x)
}
