/** Says beside the form what the value in it would cost, as it is typed. */
export function watchCost(): void {
  document.addEventListener('input', ({ target }) => {
    const form = target instanceof Element ? target.closest<HTMLFormElement>('form[data-remaining]') : null
    if (form) say(form)
  })
}

function say(form: HTMLFormElement): void {
  const output = form.querySelector('[data-cost]')
  if (!output) return
  const fields = new FormData(form)
  const [path, kind, value] = ['path', 'kind', 'value'].map((name) => String(fields.get(name) ?? ''))
  const json = asJson(kind ?? '', value ?? '')
  const remaining = Number(form.dataset['remaining'])
  output.textContent = json === undefined ? '' : words(costOf(path ?? '', json), remaining)
}

function words(cost: number, remaining: number): string {
  const rest = Math.max(0, remaining).toLocaleString('en')
  return `About ${cost.toLocaleString('en')} bytes as a new key, of ${rest} left.`
}

/** A key with its quotation marks, colon and comma, in base64url. A nested one costs its brackets, too. */
function costOf(path: string, json: string): number {
  const keys = path.split('.')
  const text = keys.map((key) => JSON.stringify(key)).join(':{') + '}'.repeat(keys.length - 1)
  return Math.ceil((new TextEncoder().encode(`${text}:${json},`).length * 4) / 3)
}

/** What JSON makes of it; undefined where it makes nothing or an error. */
function asJson(kind: string, value: string): string | undefined {
  switch (kind) {
    case 'text':
      return JSON.stringify(value)
    case 'date':
      return JSON.stringify(new Date(0))
    case 'map':
      return '{}'
    case 'null':
      return 'null'
    case 'number':
    case 'boolean':
    case 'json':
      return value
    default:
      return undefined
  }
}
