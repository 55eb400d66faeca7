/** The page's style. System fonts, two themes, print. Colours of series: Okabe and Ito's, told apart by shape as well. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --raised: #f5f5f0; --ink: #1c2226; --muted: #5b656d; --line: #dcdcd4; --grid: #ebebe5;
  --accent: #00558c; --caution: #8a4b00; --caution-paper: #fdf3e1; --tint: #0072b2;
  --series-0: #0072b2; --series-1: #d55e00; --series-2: #007a5a; --series-3: #b0588d;
  --series-4: #a87400; --series-5: #2f8fc4; --series-6: #6b5bb0; --series-7: #6a6a5a;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181b; --raised: #1d2226; --ink: #e7e6e0; --muted: #9ba5ac; --line: #343b41; --grid: #262c31;
    --accent: #79bdea; --caution: #f3bd72; --caution-paper: #2d2416; --tint: #56b4e9;
    --series-0: #56b4e9; --series-1: #f08a4b; --series-2: #3cc79d; --series-3: #dd94c0;
    --series-4: #e6b53c; --series-5: #9bd3f5; --series-6: #ada0ec; --series-7: #b9b9a8;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 1128px; padding: 40px 24px 72px; color: var(--ink); font: 16px/1.55 var(--sans); }
h1, h2 { font-family: var(--serif); font-weight: 600; line-height: 1.2; letter-spacing: -0.005em; text-wrap: balance; }
h1 { font-size: 34px; margin: 4px 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 23px; margin: 56px 0 6px; padding-top: 18px; border-top: 1px solid var(--line); }
h3 { font-size: 15px; font-weight: 600; margin: 24px 0 6px; }
p { margin: 0 0 12px; max-width: 72ch; }
.kicker { color: var(--muted); font-size: 14px; margin: 0; }
.question { font: 19px/1.5 var(--serif); max-width: 64ch; }
.verdict { border-left: 4px solid var(--accent); background: var(--raised); padding: 12px 18px; margin: 20px 0 24px; }
.verdict.caution { border-color: var(--caution); background: var(--caution-paper); }
.verdict p { margin: 0; }
.verdict strong { font-size: 18px; }
.verdict.caution strong { color: var(--caution); }
.verdicts h2 { margin: 26px 0 4px; padding: 0; border: 0; }
.claims { list-style: none; padding: 0; margin: 12px 0 0; }
.claim { display: grid; grid-template-columns: 132px minmax(0, 1fr) 300px; gap: 4px 20px; padding: 12px 0; border-top: 1px solid var(--line); }
.claim:last-child { border-bottom: 1px solid var(--line); }
.claim p { margin: 0 0 2px; } .claim .note { font-size: 13px; }
.claim .of { color: var(--muted); overflow-wrap: anywhere; }
.claim .badge { font-weight: 600; font-size: 14px; white-space: nowrap; color: var(--muted); }
.claim .badge span { display: inline-block; width: 20px; height: 20px; line-height: 20px; border-radius: 50%; margin-right: 5px; text-align: center; font-size: 12px;
  background: var(--muted); color: var(--paper); }
.claim.supported .badge { color: var(--series-2); } .claim.supported .badge span { background: var(--series-2); }
.claim.refuted .badge { color: var(--series-1); } .claim.refuted .badge span { background: var(--series-1); }
.claim.inconclusive .badge { color: var(--caution); } .claim.inconclusive .badge span { background: var(--caution); }
.labels { display: flex; flex-wrap: wrap; gap: 4px 8px; } .labels span { font-size: 12.5px; border: 1px solid var(--line); border-radius: 3px; padding: 0 6px; color: var(--muted); }
.strip { display: block; max-width: 100%; overflow: visible; } .strip text { font: 11px var(--sans); fill: var(--muted); }
.strip .claimed { fill: var(--tint); opacity: 0.13; } .strip .axis, .strip .one { stroke: var(--line); fill: none; } .strip .one { stroke: var(--muted); }
.strip .threshold { stroke: var(--ink); stroke-dasharray: 3 2; } .strip .interval { stroke: var(--ink); stroke-width: 1.75; fill: none; } .strip .estimate { fill: var(--ink); }
.strip.supported .interval { stroke: var(--series-2); } .strip.supported .estimate { fill: var(--series-2); }
.strip.refuted .interval { stroke: var(--series-1); } .strip.refuted .estimate { fill: var(--series-1); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1px; margin: 26px 0 0; }
.facts div { box-shadow: 0 0 0 1px var(--line); padding: 12px 16px; }
.facts dt { color: var(--muted); font-size: 13px; }
.facts dd { margin: 0; font: 600 22px/1.3 var(--serif); font-variant-numeric: tabular-nums lining-nums; }
.facts dd small { display: block; font: 13px/1.4 var(--sans); color: var(--muted); }
nav { font-size: 14px; margin-top: 20px; display: flex; flex-wrap: wrap; gap: 4px 18px; }
a { color: var(--accent); text-underline-offset: 2px; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
figure { margin: 16px 0 0; }
figcaption, .note { color: var(--muted); font-size: 14px; line-height: 1.5; max-width: 82ch; margin: 8px 0 0; }
.panels { display: grid; gap: 12px 28px; grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--panel, 440px)), 1fr)); }
.panels svg { display: block; width: 100%; height: auto; max-width: 560px; }
.panels svg text { font-family: var(--sans); }
.panels .legend svg { display: inline; width: 26px; height: 12px; }
.panel-title { font-size: 14px; font-weight: 600; margin: 8px 0 2px; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 0; margin: 12px 0 4px; font-size: 14px; }
.legend svg { width: 26px; height: 12px; vertical-align: -1px; margin-right: 7px; }
.scroll { overflow-x: auto; margin: 14px 0 0; scrollbar-width: thin; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums lining-nums; min-width: min(100%, 420px); }
table.wide { width: 100%; }
th, td { padding: 6px 12px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); }
th:first-child, td:first-child { padding-left: 0; }
thead th { color: var(--muted); font-weight: 500; font-size: 13px; vertical-align: bottom; border-bottom: 1px solid var(--line); }
th[scope=row], th.words, td.words { text-align: left; font-weight: 400; }
td.words { white-space: normal; min-width: 16em; }
tr.group th { font-weight: 600; padding-top: 14px; text-align: left; }
tr.model th, tr.model td { color: var(--muted); }
td small, th small { display: block; color: var(--muted); font-size: 12px; }
td.bar { min-width: 78px; background: linear-gradient(to right, var(--tint) var(--share), var(--grid) var(--share))
  no-repeat right 12px bottom 3px / calc(100% - 20px) 2px; padding-bottom: 8px; }
table.heat thead th:not(:first-child) { text-align: center; }
table.heat td { text-align: center; min-width: 136px; padding: 9px 12px; border: 2px solid var(--paper);
  background: color-mix(in srgb, var(--tint) calc(var(--share) * 0.42), var(--raised)); }
table.heat td b { font-size: 16px; font-weight: 600; }
table.heat td small { color: var(--ink); opacity: 0.82; }
table.heat td.empty { background: none; color: var(--muted); border: 2px solid var(--paper); outline: 1px dashed var(--line); outline-offset: -4px; }
.choose { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: end; margin: 14px 0 10px; font-size: 14px; }
.choose label span { display: block; color: var(--muted); font-size: 13px; }
select, button { font: 14px var(--sans); color: var(--ink); background: var(--raised); border: 1px solid var(--line); border-radius: 4px; padding: 5px 9px; max-width: 100%; min-height: 34px; }
select:focus-visible, button:focus-visible, .output:focus-visible, svg:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.flips { margin: 4px 0 12px; border-bottom: 1px solid var(--line); } .flips details { margin: 0; border-top: 1px solid var(--line); padding: 7px 0; }
.flips summary { color: var(--ink); font-variant-numeric: tabular-nums; }
.prompt { white-space: pre-wrap; overflow-wrap: anywhere; font: 13.5px/1.5 var(--mono); margin: 10px 0 4px; max-width: none; unicode-bidi: isolate; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 8px 28px; }
.side { min-width: 0; }
.read { list-style: none; padding: 0; margin: 4px 0 8px; display: flex; flex-wrap: wrap; gap: 3px 12px; font-size: 13px; overflow-wrap: anywhere; }
.read .right b { color: var(--series-2); } .read .wrong b { color: var(--series-1); }
.output { unicode-bidi: isolate; } pre.output { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 26em; overflow-y: auto; }
.output i { color: var(--muted); font: italic 12px var(--sans); margin: 0 6px; padding: 0 5px; border-left: 1px solid var(--muted); border-right: 1px solid var(--muted); }
.output .thought { background: color-mix(in srgb, var(--series-0) 17%, transparent); } .output .answer { background: color-mix(in srgb, var(--series-4) 26%, transparent); }
.output.key span { padding: 0 6px; color: var(--ink); }
details { margin-top: 14px; }
summary { cursor: pointer; color: var(--accent); font-size: 14px; }
pre { font: 13px/1.5 var(--mono); background: var(--raised); padding: 14px 16px; overflow-x: auto; margin: 10px 0 0; tab-size: 2; }
code { font: 0.9em var(--mono); overflow-wrap: anywhere; }
ul.plain.words { margin-top: 24px; font-size: 16px; }
ul.plain { padding-left: 1.1em; margin: 8px 0 0; font-size: 15px; }
ul.plain li { margin: 4px 0; max-width: 86ch; overflow-wrap: anywhere; }
dl.pairs { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; font-size: 14px; margin: 12px 0 0; }
dl.pairs dt { color: var(--muted); } dl.pairs dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 56px; padding-top: 14px; border-top: 1px solid var(--line); color: var(--muted); font-size: 13px; }
.data { font-size: 13px; white-space: nowrap; }
@media (max-width: 600px) {
  body { padding: 22px 16px 48px; font-size: 15px; }
  h1 { font-size: 27px; } h2 { font-size: 20px; margin-top: 40px; } .question { font-size: 17px; }
  .facts { grid-template-columns: 1fr 1fr; } .facts div { padding: 10px 12px; } .facts dd { font-size: 19px; }
  .claim { grid-template-columns: minmax(0, 1fr); }
  dl.pairs { grid-template-columns: 1fr; gap: 0; } dl.pairs dd { margin-bottom: 8px; }
  th, td { padding: 5px 9px; } table.heat td { min-width: 112px; }
  .stick th[scope=row] { position: sticky; left: 0; background: var(--paper); max-width: 46vw; white-space: normal; overflow-wrap: break-word; }
}
@media print {
  :root { --paper: #fff; --raised: #f4f4f4; --ink: #000; --muted: #444; --line: #bbb; --grid: #ddd; --accent: #00558c;
    --series-0: #0072b2; --series-1: #d55e00; --series-2: #007a5a; --series-3: #b0588d; --series-4: #a87400; --series-5: #2f8fc4;
    --series-6: #6b5bb0; --series-7: #6a6a5a; --tint: #0072b2; --caution: #8a4b00; --caution-paper: #fff; }
  body { max-width: none; padding: 0; font-size: 11pt; }
  .panels { grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)) !important; } .facts { grid-template-columns: repeat(6, 1fr); }
  figure, tr, .verdict, .claim { break-inside: avoid; } h2, h3 { break-after: avoid; }
  nav, .data, .choose, #explorer-tool button { display: none; } pre.output { max-height: none; }
  .flips details:not([open]) { display: none; } .scroll { overflow: visible; } table { font-size: 9pt; } th, td { padding: 3px 6px; }
  pre { white-space: pre-wrap; }
  td.bar, table.heat td, .verdict, .legend svg, .panels svg, .strip, .claim .badge span, .output span { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
