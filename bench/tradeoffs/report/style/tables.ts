export const TABLES = `
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
.matrix thead th:not(:first-child) { border-bottom-width: 3px; white-space: nowrap; }
.matrix thead th.cookie { border-bottom-color: var(--cookie); }
.matrix thead th.app { border-bottom-color: var(--app); }
.matrix thead th.store { border-bottom-color: var(--store); }
.matrix thead th { font-weight: 500; }
.matrix thead th.ours { font-weight: 700; }
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
.figures-table td { white-space: nowrap; }

.experiments { display: grid; gap: 0 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); align-items: start; }
.experiment { min-width: 0; }
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
`
