import { type Html, html } from './html.js'

/** The parts of a JWE in compact serialization (RFC 7516, section 3.1), and what each is to a reader of the page. */
export const PARTS = [
  { name: 'Protected header', says: 'anyone can read it, and nobody can change it' },
  { name: 'Encrypted key', says: 'is empty, because the server has the key' },
  { name: 'Initialization vector', says: 'is random, and new with every change' },
  { name: 'Ciphertext', says: 'holds the id, the times and your data' },
  { name: 'Authentication tag', says: 'fits only if no character was changed' },
] as const

/** The five texts between the dots; undefined for anything else. */
export function partsOf(token: string): string[] | undefined {
  const texts = token.split('.')
  return texts.length === PARTS.length ? texts : undefined
}

/** A token with a colour for each of its parts. */
export function coloured(token: string): Html {
  const texts = partsOf(token)
  if (texts === undefined) return html`${token}`
  const spans = texts.map((text, index) => html`${index > 0 && '.'}<span class="part-${index + 1}">${text}</span>`)
  return html`${spans}`
}

const TOKEN = /([\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+)/

/** The value of a `Cookie` or `Set-Cookie` header, with the tokens in it coloured. */
export function colouredLine(line: string): Html {
  return html`${line.split(TOKEN).map((piece, index) => (index % 2 === 1 ? coloured(piece) : html`${piece}`))}`
}
