/**
 * AIME 2024, I and II: 30 problems. Records as https://github.com/hkust-nlp/simpleRL-reason (cf1c785, data/aime24/test.jsonl)
 * and the hub's HuggingFaceH4/aime_2024 have them: `problem`, `answer` (text, with leading zeros), `url` with the problem's
 * number. Asked as the R1 series is benchmarked (see docs/benchmarks.md), compared as mathematics: `070` is 70.
 * How records are read, tiers and examples: plugins/parts/aime.ts.
 */
import { aime } from "../parts/aime.ts"

export default aime(2024, { hub: "HuggingFaceH4/aime_2024", revision: "2fe88a2f1091d5048c0f36abc874fb997b3dd99a", files: "data/train-*.parquet" })
