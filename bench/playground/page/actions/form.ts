import { type Html, html, type Value } from '../html.js'

/** A form that posts what its controls say. */
export function form(action: string, controls: Value, { name = 'row' }: { readonly name?: string } = {}): Html {
  return html`<form method="post" action="${action}" class="${name}">${controls}</form>
`
}

/** A button that posts the same every time. */
export function press(
  action: string,
  text: Value,
  fields: Readonly<Record<string, string>> = {},
  isDisabled = false,
): Html {
  return form(
    action,
    html`${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button${isDisabled && html` disabled`}>${text}</button>`,
    { name: 'press' },
  )
}

/** One thing to do: its buttons, and what they do in a sentence or two. */
export function group(id: string, title: string, buttons: Html, says: Html, more: Html | null = null): Html {
  return html`<section class="group" id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title">${title}</h3>
${buttons}
<p class="hint">${says}</p>
${more}
</section>
`
}

/** The rest of a group, folded away. */
export function fold(title: string, content: Html): Html {
  return html`<details><summary>${title}</summary>
<div class="folded">
${content}
</div>
</details>`
}
