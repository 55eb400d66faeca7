import { expect } from "vitest"
import { explorerScript } from "../../../framework/analysis/explorer/explorer-script.ts"

/** A report without its own script and the data that reads, of which there is one each at most. */
export const markup = (page: string): string => {
  const [data, ...others] = page.match(/<script type="application\/json" id="explorer-data">[^<>]*<\/script>/g) ?? []
  expect(others).toEqual([])
  return page.replace(data ?? "", "").replace(`<script>${explorerScript}</script>`, "")
}
