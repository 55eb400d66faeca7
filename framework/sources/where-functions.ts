/** What a predicate may call: functions of values that see nothing else and always give the same; how they swell is in `where-growth.ts`. */
const names = `
  + - * / // % ** ^ & | ~ << >> || @ ! ~~ !~~ ~~* !~~* ~~~ ^@ -> ->> <@ @> &&
  like_escape not_like_escape ilike_escape not_ilike_escape
  abs sign ceil ceiling floor round trunc mod fmod fdiv greatest least sqrt exp ln log log2 log10 pow power isnan isfinite isinf even add subtract multiply divide
  length len strlen char_length character_length bit_length lower lcase upper ucase trim ltrim rtrim contains starts_with ends_with prefix suffix
  substring substr left right replace translate reverse position instr strpos ascii unicode ord chr strip_accents nfc_normalize
  split split_part string_split str_split string_to_array concat concat_ws md5 sha256 hash
  regexp_matches regexp_full_match regexp_extract regexp_extract_all regexp_replace regexp_split_to_array string_split_regex
  list_value list_contains list_has array_contains array_has contains list_has_any array_has_any list_has_all array_has_all list_position list_extract list_element
  array_extract array_length array_slice list_slice list_sum list_min list_max list_avg list_distinct list_unique cardinality row
  struct_pack struct_extract map map_extract map_extract_value map_contains element_at map_keys map_values
  json_extract json_extract_string json_extract_path json_extract_path_text json_array_length json_type json_valid json_exists json_contains json_keys json_value
  date_part datepart date_trunc date_diff datediff year month day hour minute second epoch strftime strptime try_strptime dayofweek dayofyear make_date
  to_days to_hours to_minutes to_seconds to_months to_years to_weeks
  if ifnull nullif coalesce typeof
`

const allowed: ReadonlySet<string> = new Set(names.split(/\s+/u).filter((name) => name !== ""))

export const isPredicateFunction = (name: string): boolean => allowed.has(name.toLowerCase())
