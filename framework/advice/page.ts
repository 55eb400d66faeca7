/** The adviser's page: one HTML file that needs nothing else, the same bytes for the same data. */
import { Html, html } from "../analysis/report/html.ts"
import { style } from "../analysis/report/style.ts"
import type { Advice } from "./Advice.ts"
import { derivationSection } from "./sections/derivation-section.ts"
import { adviceHead } from "./sections/advice-head.ts"
import { markersSection } from "./sections/markers-section.ts"
import { methodSection } from "./sections/method-section.ts"
import { partsSection } from "./sections/parts-section.ts"
import { ratiosSection } from "./sections/ratios-section.ts"

/** Only what the report's style lacks. */
const own = `
.warnings { margin: 18px 0 0; padding: 0; list-style: none; }
.warnings li { border-left: 4px solid var(--caution); background: var(--caution-paper); padding: 8px 16px; margin: 8px 0 0; max-width: none; font-size: 15px; }
.panels svg { max-width: 640px; }
.stick th[scope=row] { overflow-wrap: anywhere; min-width: 6.5em; }
.key i { display: inline-block; width: 12px; height: 12px; margin-right: 7px; vertical-align: -1px; }
tr.chosen th, tr.chosen td { font-weight: 600; background: var(--raised); }
@media print { table { font-size: 7.5pt; } th, td, td.words { white-space: normal; padding: 2px 4px; min-width: 0; }
  .key i, .warnings li, tr.chosen td { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`

/** @param version of Leadspan */
export const advicePage = async (advice: Advice, version: string): Promise<string> => {
  const sections = advice.samples === 0 ? [] : [
    await partsSection(advice), await derivationSection(advice), await ratiosSection(advice), await markersSection(advice)
  ].filter((section) => section !== null)
  const title = advice.sets.length === 1 ? advice.sets[0]!.name : `${advice.sets.length} data sets`
  const links = [["parts", "Parts"], ["derivation", "First derivation"], ["ratios", "What a prefix keeps"], ["markers", "Markers"]] as const
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}: Leadspan data</title>
<style>${new Html(style + own)}</style>
</head>
<body>
${adviceHead(advice, title)}
<nav aria-label="Sections">${links.filter(([id]) => sections.some(({ text }) => text.startsWith(`<section id="${id}"`))).map(([id, name]) => html`<a href="#${id}">${name}</a>`)}
<a href="#method">How it was measured</a></nav>
<main>
${sections}
${methodSection(advice)}
</main>
<footer>Made by Leadspan ${version}. The same data give the same file.</footer>
</body>
</html>
`.text
}
