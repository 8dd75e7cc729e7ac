export const PRINT = `
@media print {
  @page { margin: 14mm; }
  :root { --paper: #ffffff; }
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
  .scroll, .wide { overflow: visible; border: 0; }
  table { font-size: 7pt; }
  caption, thead th { font-size: 7pt; }
  th, td { padding: 0.25rem 0.35rem; }
  .matrix { min-width: 0; }
  .matrix td { min-width: 0; }
  .mark { min-width: 0; }
  .matrix tbody th { position: static; width: auto; min-width: 0; }
  .matrix thead th:not(:first-child), .matrix td b, .figures-table td { white-space: normal; }
  .wide svg { min-width: 0; }
  .word { font-size: 7pt; }
  a { color: inherit; text-decoration: none; }
  summary { list-style: none; color: inherit; }
  details::details-content { display: block; content-visibility: visible; block-size: auto; height: auto; }
}
`
