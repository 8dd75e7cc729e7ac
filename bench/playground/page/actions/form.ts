import { type Html, html, type Value } from '../html.js'

/** A form that posts what its controls say. */
export function form(action: string, controls: Value, { name = 'row' }: { readonly name?: string } = {}): Html {
  return html`<form method="post" action="${action}" class="${name}">${controls}</form>
`
}

/** A button that posts the same every time. */
export function press(action: string, text: Value, fields: Readonly<Record<string, string>> = {}): Html {
  return form(
    action,
    html`${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button>${text}</button>`,
    { name: 'press' },
  )
}

/** A group that can be folded away. */
export function group(id: string, title: string, says: string, isOpen: boolean, content: Html): Html {
  return html`<details class="group" id="${id}"${isOpen && html` open`}>
<summary><span class="group-title">${title}</span> <span class="hint">${says}</span></summary>
<div class="group-body">
${content}
</div>
</details>
`
}
