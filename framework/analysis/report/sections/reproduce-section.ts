import type { RecordedPlan } from "../../../journal/RecordedPlan.ts"
import type { ExperimentOutcomes } from "../../ExperimentOutcomes.ts"
import type { TidyTables } from "../../tidy.ts"
import { type Html, html } from "../html.ts"

/** Commands, versions, machine, data, specification and ids: all that is needed to get these numbers again. */
export const reproduceSection = (plan: RecordedPlan, outcomes: ExperimentOutcomes, tables: TidyTables): Html => {
  const { commands, machines, versions } = outcomes
  const { digest, meanTokens, source, train, validation } = plan.data
  return html`<section id="reproduce">
<h2>How to reproduce</h2>
${commands.length === 0 ? null : html`<pre>${commands.join("\n")}</pre>`}
<dl class="pairs">
<dt>Versions</dt><dd>${Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, version]) => `${name} ${version}`).join(", ")}</dd>
<dt>Engine</dt><dd>${plan.engine}; ${plan.numerics}</dd>
<dt>Machine</dt><dd>${machines.map(({ computes, cpuModel, library }) => `${computes === "cpu" ? "" : `${computes}, `}${cpuModel}, ${library}`).join("; ")}${machines.length > 1 ? " (trials ran on different machines: equal within rounding only)" : ""}</dd>
<dt>Data</dt><dd>${source}, ${train} for training and ${validation} for validation, mean tokens: prompt ${meanTokens.prompt.toFixed(1)}, cot ${meanTokens.cot.toFixed(1)}, answer ${meanTokens.answer.toFixed(1)}; digest <code>${digest}</code></dd>
</dl>
<details><summary>Specification</summary><pre>${plan.specYaml}</pre></details>
<details><summary>Trials and their ids</summary><div class="scroll" tabindex="0"><table>
<thead><tr><th class="words" scope="col">cell</th><th scope="col">seed</th><th class="words" scope="col">state</th><th scope="col">attempts</th><th class="words" scope="col">id</th></tr></thead>
<tbody>${tables.trials.map((row) => html`<tr><th scope="row">${row.name}</th><td>${row.seed}</td><td class="words" style="min-width:0">${row.status}</td><td>${row.attempts}</td><td class="words"><code>${row.trial}</code></td></tr>`)}</tbody>
</table></div></details>
</section>`
}
