import { Html, html } from './html.js'
import { STYLE } from './style.js'

const SEAL =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='15' fill='#a63a2b'/>" +
  "<path d='M11 15v-3a5 5 0 0 1 10 0v3h1v8H10v-8zm2 0h6v-3a3 3 0 0 0-6 0z' fill='#fff'/></svg>"
const ICON = `data:image/svg+xml,${encodeURIComponent(SEAL)}`

/** The document around the content of every page. */
export function layout(title: string, main: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<style>${new Html(STYLE)}</style>
</head>
<body>
<header><img src="${ICON}" alt="" width="28" height="28"><p><strong>sealed-session</strong> playground</p></header>
<main>
${main}
</main>
</body>
</html>
`
}
