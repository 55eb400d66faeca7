/**
 * AIME 2025, I and II: 30 problems. Records as https://github.com/iie-ycx/DEER (c9dd19f) and the hub's math-ai/aime25 have
 * them: `problem`, `answer` (text; one is `336^\circ`), no number, so a problem's place in the file counts. Asked as the R1
 * series is benchmarked (see docs/benchmarks.md), compared as mathematics. How records are read, tiers and examples:
 * plugins/parts/aime.ts.
 */
import { aime } from "../parts/aime.ts"

export default aime(2025, { hub: "math-ai/aime25", revision: "563bb8404243c5f09de6ec262f2db674fe5bce9b", files: "test.jsonl" })
