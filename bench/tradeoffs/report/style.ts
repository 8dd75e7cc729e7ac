/**
 * The style sheet, which stands in the page. Blue, green and vermillion, and sky blue and orange on dark, are of Okabe and
 * Ito's palette, whose colours the colour-blind tell apart, too. Every one of them has 3:1 to the card it is drawn on, and
 * every text 4.5:1.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#faf9f6, #151413);
  --card: light-dark(#ffffff, #1e1c1a);
  --ink: light-dark(#1d1b18, #ece8e1);
  --quiet: light-dark(#5f5a52, #aca59a);
  --line: light-dark(#dbd6cc, #3d3934);
  --cookie: light-dark(#0072b2, #56b4e9);
  --app: light-dark(#009e73, #1fb58a);
  --store: light-dark(#d55e00, #e69f00);
  --good: light-dark(#00573f, #7fd6b5);
  --good-back: light-dark(#e3f2ec, #16302a);
  --mixed: light-dark(#5f4700, #ecc765);
  --mixed-back: light-dark(#fbf0d0, #332b15);
  --bad: light-dark(#9a3100, #f79f78);
  --bad-back: light-dark(#fce8de, #3a2118);
  --link: light-dark(#005a8f, #7cc4ee);
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto;
  padding: clamp(1.25rem, 4vw, 3.5rem) clamp(1rem, 3vw, 2rem) 4rem;
  max-width: 72rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif;
  overflow-wrap: break-word;
}
h1, h2, h3 { font-family: ui-serif, Charter, "Iowan Old Style", "Source Serif 4", Georgia, "Liberation Serif", serif; line-height: 1.2; text-wrap: balance; }
h1 { margin: 0; font-size: clamp(2.4rem, 1.7rem + 3.4vw, 4rem); letter-spacing: -0.02em; font-weight: 600; }
h2 { margin: 4.5rem 0 1rem; padding-top: 1.25rem; border-top: 2px solid var(--ink); font-size: clamp(1.6rem, 1.35rem + 1vw, 2.1rem); font-weight: 600; letter-spacing: -0.01em; }
h3 { margin: 2.25rem 0 0.5rem; font-size: 1.25rem; font-weight: 600; }
p, ul { margin: 0.5rem 0 1rem; }
main p, main li { max-width: 46rem; }
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 0.06em; }
code { font: 0.86em ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--cookie); outline-offset: 2px; }
summary { cursor: pointer; color: var(--link); font-weight: 500; }
details { margin: 0.5rem 0; }
details[open] > summary { margin-bottom: 0.5rem; }

.eyebrow { margin: 0 0 0.6rem; color: var(--quiet); font-size: 0.9rem; letter-spacing: 0.02em; }
.dek { margin: 0.75rem 0 0; max-width: 40rem; color: var(--quiet); font-size: 1.2rem; line-height: 1.45; text-wrap: pretty; }
.answer { margin: 1.75rem 0 1.25rem; padding: 0.1rem 0 0.1rem 1.25rem; max-width: 50rem; border-left: 4px solid var(--cookie); font-size: clamp(1.1rem, 1.02rem + 0.4vw, 1.3rem); line-height: 1.55; text-wrap: pretty; }
.recorded, .trace { color: var(--quiet); font-size: 0.85rem; line-height: 1.5; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.35rem 1.4rem; margin: 1.5rem 0 0; padding: 0; list-style: none; font-size: 0.95rem; }
nav a { display: inline-block; padding: 0.15rem 0; }

.sides { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); align-items: start; }
.cookie { --place: var(--cookie); }
.app { --place: var(--app); }
.store { --place: var(--store); }
.side { padding: 1.1rem 1.35rem 0.6rem; border: 1px solid var(--line); border-top: 5px solid var(--place); border-radius: 4px; background: var(--card); }
.side h3 { margin-top: 0; }
.side ul, .aside ul { padding-left: 1.1rem; }
.side li, .aside li { margin-bottom: 0.7rem; }
.side li::marker { color: var(--quiet); }
.evidence { display: block; color: var(--quiet); font-size: 0.9rem; line-height: 1.5; }
.aside { margin: 1.25rem 0; }
.after { margin: 0.75rem 0 0.2rem; font-size: 0.95rem; }
.missing-list { margin-top: 0; font-size: 0.95rem; }

.scroll { margin: 0.75rem 0; overflow-x: auto; border: 1px solid var(--line); border-radius: 4px; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
caption { position: sticky; left: 0; padding: 0.65rem 0.75rem; color: var(--quiet); font-size: 0.85rem; text-align: left; }
th, td { padding: 0.5rem 0.65rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: normal; }
thead th { border-top: 0; border-bottom: 1px solid var(--ink); font-size: 0.82rem; vertical-align: bottom; }
tbody tr:first-child > * { border-top: 0; }
tbody th { font-weight: 500; }

.matrix { min-width: 66rem; }
.matrix td { min-width: 5.9rem; }
.matrix td.missing { min-width: 0; }
.matrix tbody th { position: sticky; left: 0; width: 13rem; min-width: 9rem; background: var(--card); }
.matrix thead th:not(:first-child) { border-bottom: 3px solid var(--place); white-space: nowrap; }
.matrix thead th:not(.ours) { font-weight: 500; }
.matrix td b { display: block; font-weight: 500; white-space: nowrap; }
.mark { display: inline-block; min-width: 1em; font-weight: 700; }
.word { font-size: 0.85rem; }
.tone.good { background: var(--good-back); color: var(--good); }
.tone.mixed { background: var(--mixed-back); color: var(--mixed); }
.tone.bad { background: var(--bad-back); color: var(--bad); }
.tone.plain, .none { color: var(--quiet); }
.tone b { color: var(--ink); }
td.missing { padding: 0.5rem 0; color: var(--quiet); font-style: italic; text-align: center; }
td.missing span { writing-mode: vertical-rl; transform: rotate(180deg); letter-spacing: 0.03em; }
.figures-table tbody > tr > * { white-space: nowrap; }

.experiments { display: grid; gap: 0 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); align-items: start; }
.outcomes { margin: 0; padding: 0; list-style: none; }
.outcomes li { display: grid; grid-template-columns: 7.4rem 1fr; gap: 0.75rem; margin-bottom: 0.5rem; font-size: 0.95rem; line-height: 1.5; }
.badge { align-self: start; padding: 0.1rem 0.45rem; border-radius: 3px; font-size: 0.82rem; white-space: nowrap; }
.badge.plain { box-shadow: inset 0 0 0 1px var(--line); }
.facts { display: grid; gap: 0 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); align-items: start; }
@media (max-width: 34rem) {
  .matrix tbody th { width: 8rem; min-width: 8rem; }
  .outcomes li { grid-template-columns: 1fr; gap: 0.2rem; margin-bottom: 0.9rem; }
  .badge { justify-self: start; }
}

.figures { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem; }
figure { margin: 0; padding: 1.1rem clamp(0.75rem, 2vw, 1.35rem) 0.75rem; min-width: 0; border: 1px solid var(--line); border-radius: 4px; background: var(--card); }
figure h3 { margin: 0; }
figcaption p { margin: 0.25rem 0 0.9rem; font-size: 0.95rem; }
.panels { display: grid; gap: 1.1rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
.panel, .experiment { min-width: 0; }
.panel { max-width: 26rem; }
.panel-title { margin: 0 0 0.3rem; font-size: 0.9rem; font-weight: 600; }
.panel svg { display: block; width: 100%; height: auto; overflow: visible; }
section > figure { margin: 1.25rem 0; }
.shown { margin: 1rem 0 0.5rem; padding-left: 1.1rem; font-size: 0.92rem; line-height: 1.5; }
.shown li { max-width: none; margin-bottom: 0.25rem; }
.trace { margin: 0.5rem 0 0; max-width: none; }
.key { color: var(--place, inherit); display: inline-block; width: 0.85em; height: 0.85em; vertical-align: -0.08em; background: currentColor; border: 1px solid currentColor; print-color-adjust: exact; }
.key.hatched { background: repeating-linear-gradient(135deg, currentColor 0 2px, var(--card) 2px 4px); }
@media (min-width: 64rem) {
  .figures { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .columns-3 { grid-column: span 3; }
  .columns-2 { grid-column: span 2; }
}

@media print {
  @page { margin: 14mm; }
  :root { color-scheme: light; --paper: #ffffff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  html { font-size: 9pt; }
  body { padding: 0; max-width: none; line-height: 1.45; }
  nav { display: none; }
  h2 { margin-top: 1.5rem; break-after: avoid; }
  h3, figcaption, summary { break-after: avoid; }
  section:has(> #measured), section:has(> #tried), section:has(> #scale), section:has(> #medians) { break-before: page; }
  figure, .panel, .experiment, tr { break-inside: avoid; }
  .figures, .experiments { display: block; }
  figure { margin-bottom: 1rem; }
  .panels { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.75rem; }
  .scroll { overflow: visible; border: 0; }
  table, caption, thead th, .word { font-size: 7pt; }
  th, td { padding: 0.25rem 0.35rem; }
  .matrix, .matrix td, .mark { min-width: 0; }
  .matrix tbody th { position: static; width: auto; min-width: 0; }
  .matrix thead th:not(:first-child), .matrix td b, .figures-table tbody > tr > * { white-space: normal; }
  a { color: inherit; text-decoration: none; }
  summary { list-style: none; color: inherit; }
  details::details-content { display: block; content-visibility: visible; block-size: auto; height: auto; }
}
`
