/**
 * Half-width of a two-sided 90 % interval of a normal distribution, in standard errors: every interval
 * that Scarline gives holds 90 %, so this is the only normal quantile there is.
 */
export const Z90 = 1.6448536
