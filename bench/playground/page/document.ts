import { Html, html, type Value } from './html.js'
import { ICON } from './icon.js'
import { STYLE } from './style.js'

/** The document around every page. */
export function documentOf(title: string, head: Value, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${ICON}">
${head}
<style>${new Html(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`
}
