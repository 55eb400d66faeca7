/**
 * An explanation as one page that needs nothing else: tokens in the colour of their segment, and their state by shape too
 * (targets underlined, cut tokens struck through). Every text of a record is escaped; the page may run only its own script.
 */
import { createHash } from "node:crypto"
import type { ExplainedToken, Explanation } from "./explain.ts"
import { headline, type Run, runsOf, stateOf, visible } from "./explain-text.ts"
import { segments } from "./Segment.ts"

const escaped = (text: string): string =>
  text.replace(/[&<>"']/gu, (c) => `&#${c.charCodeAt(0)};`)

const classOf = (token: ExplainedToken): string => token.kept ? token.weight > 0 ? "target" : "context" : "cut"

/** Line breaks and tabs are shown as arrows, which fonts have more often than the symbols of control characters. */
const tokenText = (text: string): string =>
  escaped(visible(text)).replace(/\u240d/gu, "<i>\u2190</i>").replace(/\u2409/gu, "<i>\u2192</i>\t").replace(/\u240a/gu, "<i>\u21b5</i><br>")

/** With the sign for the end of the first derivation, on the token's own line. */
const derivedText = (text: string): string => tokenText(text).replace(/<i>|$/u, "<em></em>$&")

const tokenHtml = ({ derivedAt }: Explanation) => (token: ExplainedToken): string => {
  const isDerived = derivedAt === token.index + 1
  const what = `token ${token.index}, id ${token.id}, ${token.segment}` +
    `${token.countsAs === token.segment ? "" : ` (counts as ${token.countsAs})`}, ${stateOf(token)}${token.position === null ? "" : `, fed at ${token.position}`}` +
    (isDerived ? ", completes the first derivation" : "")
  return `<span class="${token.countsAs} ${classOf(token)}" tabindex="${token.index === 0 ? 0 : -1}" role="option" title="${escaped(what)}">${isDerived ? derivedText(token.text) : tokenText(token.text)}</span>`
}

/** The whole sequence as one bar, to scale: runs in their colours, and where the first derivation ends. */
const barHtml = ({ derivedAt, length, tokens }: Explanation, runs: ReadonlyArray<Run>): string => {
  const parts = runs.map((run) => `<b class="${run.countsAs} ${classOf(tokens[run.from]!)}" style="flex-grow:${run.to - run.from}"></b>`).join("")
  return `<div class="bar" aria-hidden="true">${parts}${derivedAt === null ? "" : `<u style="left:${(100 * derivedAt / length).toFixed(2)}%"></u>`}</div>`
}

const style = `
:root { color-scheme: light dark; --page: #fff; --text: #1a1a1a; --faint: #666; --line: #ccc;
  --prompt: #d7ecfb; --cot: #fdeec4; --answer: #d8f2d6; --prompt-line: #0b6aa8; --cot-line: #8a5c00; --answer-line: #1d7a1f }
@media (prefers-color-scheme: dark) { :root { --page: #16181b; --text: #e8e8e8; --faint: #a0a0a0; --line: #444;
  --prompt: #12344a; --cot: #43360f; --answer: #163a1a; --prompt-line: #6cc0f5; --cot-line: #f0c14b; --answer-line: #7fd983 } }
body { background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
h1 { font-size: 1.3rem } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem } table { border-collapse: collapse } th, td { text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid var(--line) }
td.n, th.n { text-align: right } ul.legend { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; list-style: none; padding: 0; margin: .6rem 0 }
.bar { display: flex; height: 1.2rem; position: relative; margin: 1rem 0 1.2rem }
.bar b { box-sizing: border-box; flex: 0 1 0; min-width: 0 } .bar .target { border-bottom: .35rem solid var(--own) } .bar .cut { background: repeating-linear-gradient(135deg, var(--own) 0 1px, transparent 1px 6px); opacity: .6 }
.bar u { position: absolute; top: -.3rem; bottom: -.3rem; border-left: 3px solid var(--text) }
.tokens { font: 15px/2.1 ui-monospace, monospace; overflow-wrap: anywhere; tab-size: 4; white-space: pre-wrap; border: 1px solid var(--line); border-radius: .4rem; padding: .8rem }
.prompt { background: var(--prompt); --own: var(--prompt-line) } .cot { background: var(--cot); --own: var(--cot-line) } .answer { background: var(--answer); --own: var(--answer-line) }
.tokens span, .legend span { padding: .1rem .05rem } .tokens span { box-shadow: inset 1px 0 var(--page) } .tokens i { font-style: normal; opacity: .45 }
.target { text-decoration: underline 3px var(--own); text-underline-offset: 4px }
.cut { background: none; color: var(--faint); text-decoration: line-through }
em { border-left: 3px solid var(--text) } em::after { content: "first derivation"; background: var(--text); color: var(--page); display: inline-block; font: 11px/1.4 system-ui, sans-serif; padding: 0 .3rem; border-radius: 0 .2rem .2rem 0; vertical-align: 1px }
.tokens span:focus { outline: 3px solid var(--own); outline-offset: 1px }
.hide-cut .cut { display: none }
output { display: block; height: 1.5em; overflow: hidden; padding: .3rem 0; position: sticky; top: 0; background: var(--page) } .hint { color: var(--faint) }
@media (max-width: 45rem) { output { height: 3em } }
`

const script = `
const box = document.querySelector(".tokens"), told = document.querySelector("output")
const tokens = [...box.querySelectorAll("span")]
const go = (to, step) => {
  while (tokens[to] && tokens[to].offsetParent === null) to += step
  const next = tokens[to]
  if (!next) return
  box.querySelector("[tabindex='0']").tabIndex = -1
  next.tabIndex = 0
  next.focus()
}
const tokenOf = (event) => event.target.closest(".tokens > span")
const tell = (event) => { if (tokenOf(event)) told.textContent = tokenOf(event).title }
box.addEventListener("focusin", tell)
// not where the page alone moved below the pointer
box.addEventListener("mousemove", (event) => { if (event.movementX || event.movementY) tell(event) })
box.addEventListener("click", (event) => { if (tokenOf(event)) go(tokens.indexOf(tokenOf(event)), 1) })
const alike = (from, step) => {
  let at = from
  while (tokens[at + step] && tokens[at + step].className === tokens[from].className) at += step
  return at + step
}
box.addEventListener("keydown", (event) => {
  const at = tokens.indexOf(document.activeElement)
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: alike(at, 1), ArrowUp: alike(at, -1), Home: 0, End: tokens.length - 1 }[event.key]
  if (at === -1 || to === undefined) return
  event.preventDefault()
  go(to, to < at || event.key === "End" ? -1 : 1)
})
document.querySelector("#hide").addEventListener("change", (event) => box.classList.toggle("hide-cut", event.target.checked))
`

const rowsOf = (explanation: Explanation): string => segments.map((segment) => {
  const { kept, targets, tokens } = explanation.segments[segment]
  return `<tr><th scope="row"><span class="${segment}">${segment}</span></th><td class="n">${tokens}</td><td class="n">${kept}</td><td class="n">${targets}</td></tr>`
}).join("")

/** @param title what the page is about: the experiment and the cell */
export const explanationHtml = (explanation: Explanation, title: string): string => {
  const hash = createHash("sha256").update(script).digest("base64")
  const runs = runsOf(explanation.tokens)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'">
<title>${escaped(visible(title))}</title><style>${style}</style></head><body>
<h1>${escaped(visible(title))}</h1>
<p>${escaped(headline(explanation))}.</p>
${barHtml(explanation, runs)}
<table><thead><tr><th scope="col">segment</th><th scope="col" class="n">tokens</th><th scope="col" class="n">kept</th><th scope="col" class="n">targets</th></tr></thead><tbody>${rowsOf(explanation)}</tbody></table>
<h2>Tokens</h2>
<ul class="legend" aria-label="Legend">${segments.map((segment) => `<li><span class="${segment}">${segment}</span></li>`).join("")}
<li><span class="cot target">target</span>: the student learns to write it</li><li><span class="cot context">context</span>: read, not learnt</li>
<li><span class="cot cut">cut</span>: never seen</li>${explanation.derivedAt === null ? "" : '<li><em></em>: it ends here</li>'}</ul>
<p><label><input type="checkbox" id="hide"> Hide what is cut</label></p>
<p class="hint">Point at a token for its number, id and weight. Left and right arrow go to the next token, up and down to the next of ${runs.length} runs.</p>
<output aria-live="polite"></output>
<div class="tokens" role="listbox" aria-label="Tokens of the sample">${explanation.tokens.map(tokenHtml(explanation)).join("")}</div>
<script>${script}</script></body></html>
`
}
