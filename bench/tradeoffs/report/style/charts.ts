export const CHARTS = `
.figures { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem; }
figure { margin: 0; padding: 1.1rem clamp(0.75rem, 2vw, 1.35rem) 0.75rem; min-width: 0; border: 1px solid var(--line); border-radius: 4px; background: var(--card); }
figure h3 { margin: 0; }
figcaption p { margin: 0.25rem 0 0.9rem; font-size: 0.95rem; }
.panels { display: grid; gap: 1.1rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
.panel { min-width: 0; max-width: 26rem; }
.panel-title { margin: 0 0 0.3rem; font-size: 0.9rem; font-weight: 600; }
.panel svg { display: block; width: 100%; height: auto; overflow: visible; }
section > figure { margin: 1.25rem 0; }
.wide { overflow-x: auto; }
.wide svg { display: block; min-width: 40rem; width: 100%; height: auto; }
.shown { margin: 1rem 0 0.5rem; padding-left: 1.1rem; font-size: 0.92rem; line-height: 1.5; }
.shown li { max-width: none; margin-bottom: 0.25rem; }
.trace { margin: 0.5rem 0 0; max-width: none; }
.parts { white-space: normal; }
.key { display: inline-block; width: 0.85em; height: 0.85em; vertical-align: -0.08em; background: currentColor; border: 1px solid currentColor; print-color-adjust: exact; }
.key.cookie { color: var(--cookie); }
.key.app { color: var(--app); }
.key.store { color: var(--store); }
.key.hatched { background: repeating-linear-gradient(135deg, currentColor 0 2px, var(--card) 2px 4px); }
@media (min-width: 64rem) {
  .figures { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .columns-3 { grid-column: span 3; }
  .columns-2 { grid-column: span 2; }
  .columns-1 { grid-column: span 1; }
}
`
