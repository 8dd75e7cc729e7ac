/** What a browser keeps of a cookie: name and value together; longer ones it ignores, without telling anybody. */
const LONGEST = 4096

/** The cookies of one browser, for one site on plain HTTP. */
export class Jar {
  readonly #cookies = new Map<string, string>()

  /** The `Cookie` header; empty if there is none. */
  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Takes a `Set-Cookie` line as RFC 6265 has it: the same name replaces, no time left removes. False if it ignores it. */
  take(line: string): boolean {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const equals = pair.indexOf('=')
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)]
    if (equals < 1 || Buffer.byteLength(name + value) > LONGEST) return false
    if (hasEnded(attributes)) this.#cookies.delete(name)
    else this.#cookies.set(name, value)
    return true
  }

  copy(): Jar {
    const copy = new Jar()
    for (const [name, value] of this.#cookies) copy.#cookies.set(name, value)
    return copy
  }
}

/** `Max-Age` has the say where both are there. */
function hasEnded(attributes: readonly string[]): boolean {
  const values = new Map(attributes.map((one) => [one.split('=', 1)[0]?.toLowerCase(), one.split('=')[1] ?? '']))
  const maxAge = values.get('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0
  return Date.parse(values.get('expires') ?? '') <= Date.now()
}
