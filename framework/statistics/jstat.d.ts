/** The part of `jstat` (which ships no types) that is used here. */
declare module "jstat" {
  const jstat: {
    readonly jStat: {
      readonly normal: { inv(p: number, mean: number, sd: number): number }
      readonly studentt: { inv(p: number, df: number): number }
    }
  }
  export default jstat
}
