/** Sky-T1_data_17k. Its `conversations` are read as `thought-markers` does. */
import { namedThoughtMarkers } from "./thought-markers/named.ts"

export default namedThoughtMarkers("sky-t1", "Sky-T1_data_17k", "Return your final response within \\boxed{}. What is 2+2?")
