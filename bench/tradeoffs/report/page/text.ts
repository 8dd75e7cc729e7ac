import { Html, html } from '../../../playground/page/html.js'

/** Text in which `code` is marked as in Markdown. */
export function rich(text: string): Html {
  const parts = text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
  return html`${parts}`
}

/** A drawing of our own, which has been escaped where it was made. */
export function drawing(svg: string): Html {
  return new Html(svg)
}

/** Where figures come from: the file, and what to look for in it. */
export function trace(source: string, from: string): Html {
  return html`<p class="trace">From <code>${source}</code>: ${rich(from)}.</p>`
}
