/** The part of `jstat` (which ships no types) that is used here. */
declare module "jstat" {
  const jstat: {
    readonly jStat: {
      readonly normal: { inv(p: number, mean: number, sd: number): number; cdf(x: number, mean: number, sd: number): number }
      readonly studentt: { inv(p: number, df: number): number; cdf(x: number, df: number): number }
      readonly noncentralt: { cdf(x: number, df: number, noncentrality: number): number }
    }
  }
  export default jstat
}
