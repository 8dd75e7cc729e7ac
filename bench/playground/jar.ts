/** The pairs of a `Cookie` header. */
function pairsOf(header: string | undefined): Map<string, string> {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim())
  return new Map(pairs.filter((pair) => pair !== '').map(split))
}

/** The value of a cookie of this name, as it was sent. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  return pairsOf(header).get(name)
}

/** What a browser that sent `header` sends after it was answered with these `Set-Cookie` lines. */
export function cookiesAfter(header: string | undefined, lines: readonly string[]): string | undefined {
  const pairs = pairsOf(header)
  for (const line of lines) {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const [name, value] = split(pair)
    if (isOver(attributes)) pairs.delete(name)
    else pairs.set(name, value)
  }
  return pairs.size === 0 ? undefined : [...pairs].map(([name, value]) => `${name}=${value}`).join('; ')
}

/** Whether one of the lines sets a cookie of one of these names. */
export function isSetIn(lines: readonly string[], ...names: readonly string[]): boolean {
  return names.some((name) => lines.some((line) => line.startsWith(`${name}=`)))
}

function split(pair: string): [name: string, value: string] {
  const at = pair.indexOf('=')
  return at === -1 ? ['', pair] : [pair.slice(0, at), pair.slice(at + 1)]
}

/** `Max-Age` counts more than `Expires` (RFC 6265, section 5.3). */
function isOver(attributes: readonly string[]): boolean {
  const [, seconds] = /^max-age=(-?\d+)$/i.exec(attributes.find((one) => /^max-age=/i.test(one)) ?? '') ?? []
  if (seconds !== undefined) return Number(seconds) <= 0
  const [, date] = /^expires=(.*)$/i.exec(attributes.find((one) => /^expires=/i.test(one)) ?? '') ?? []
  return date !== undefined && Date.parse(date) <= Date.now()
}
