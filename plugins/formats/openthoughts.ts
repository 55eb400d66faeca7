/** OpenThoughts-114k, default. Its `conversations` are read as `thought-markers` does. */
import { namedThoughtMarkers } from "./thought-markers/named.ts"

export default namedThoughtMarkers("openthoughts", "OpenThoughts-114k, default", "Return your final response within \\boxed{}. What is 2+2?")
