/** Bespoke-Stratos-17k. Its `conversations` are read as `thought-markers` does. */
import { namedThoughtMarkers } from "./thought-markers/named.ts"

export default namedThoughtMarkers("bespoke-stratos", "Bespoke-Stratos-17k", "Return your final response within \\boxed{}. What is 2+2?")
