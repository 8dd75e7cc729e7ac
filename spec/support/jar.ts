/** Where a browser asks. */
export interface Page {
  readonly host: string
  readonly path: string
  readonly secure: boolean
}

interface Kept {
  readonly name: string
  readonly value: string
  /** Empty: of the host alone. */
  readonly domain: string
  readonly host: string
  readonly path: string
  readonly secure: boolean
  readonly partitioned: boolean
  /** Milliseconds since the epoch. */
  readonly until: number
}

/**
 * The cookies of a browser, by the rules of RFC 6265bis, section 5.7, of its name prefixes, and of CHIPS: a cookie is
 * known by its name, its host or domain, its path and its partition. The pages are all of one site, and none of them is
 * framed.
 */
export class Jar {
  readonly #kept = new Map<string, Kept>()

  /** What it keeps, as `name domain path partition`. */
  get cookies(): string[] {
    return this.#living().map(([key]) => key)
  }

  /** What it keeps of sessions themselves: neither companions nor guards. */
  get sessions(): string[] {
    return this.#living().flatMap(([key, { name }]) => (/\.(?:seen|ended)$/.test(name) ? [] : [key]))
  }

  /** The `Cookie` header: longer paths first, and of those the older ones. */
  header(page: Page): string {
    return this.#living()
      .map(([, kept]) => kept)
      .filter(
        (kept) => matchesHost(kept, page.host) && matchesPath(kept.path, page.path) && (page.secure || !kept.secure),
      )
      .sort((one, other) => other.path.length - one.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  /** Stores what a response sets, and drops what it removes. */
  receive(lines: readonly string[], page: Page): void {
    for (const line of lines) {
      const kept = cookieIn(line, page)
      if (kept === undefined) continue
      const { name, domain, host, path, partitioned } = kept
      const key = `${name} ${domain === '' ? `=${host}` : domain} ${path}${partitioned ? ' partitioned' : ''}`
      if (kept.until > Date.now()) this.#kept.set(key, kept)
      else this.#kept.delete(key)
    }
  }

  #living(): [string, Kept][] {
    return [...this.#kept].filter(([, { until }]) => until > Date.now())
  }
}

/** The cookie of a `Set-Cookie` line; undefined if a browser would not take it. */
function cookieIn(line: string, { host, secure: isSecure }: Page): Kept | undefined {
  const [pair = '', ...attributes] = line.split('; ')
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(pair) ?? []
  const of = new Map(attributes.map((one) => [one.split('=')[0]?.toLowerCase(), one.split('=').slice(1).join('=')]))
  const domain = of.get('domain') ?? ''
  const path = of.get('path') ?? '/'
  const secure = of.has('secure')
  const partitioned = of.has('partitioned')
  if (secure && !isSecure) return undefined
  if (partitioned && !secure) return undefined
  if (domain !== '' && (!domain.includes('.') || (host !== domain && !host.endsWith(`.${domain}`)))) return undefined
  if (name.startsWith('__') && !secure) return undefined
  if (name.startsWith('__Host-') && (domain !== '' || path !== '/')) return undefined
  if (name.startsWith('__Host-Http-') && !of.has('httponly')) return undefined
  const maxAge = of.get('max-age')
  const until = maxAge === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(maxAge) * 1000
  return { name, value, domain, host, path, secure, partitioned, until }
}

function matchesHost({ domain, host }: Kept, asked: string): boolean {
  return domain === '' ? host === asked : asked === domain || asked.endsWith(`.${domain}`)
}

function matchesPath(path: string, asked: string): boolean {
  return asked === path || asked.startsWith(path.endsWith('/') ? path : `${path}/`)
}
