import fc from 'fast-check'
import { garbage } from '../../support/garbage.js'
import type { Old } from './packages.js'
import { SESSIONS } from './sessions.js'

const suffixes = fc.constantFrom('', '', '.sig', '.0', '.1', '.10', '.99', '.-1', '.00')

/** A session that was made by the other package, perhaps damaged, or something that only has its name. */
export const pieces = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      text: fc.oneof(
        { weight: 1, arbitrary: fc.constant('{"user":"Ada"}') },
        { weight: 3, arbitrary: fc.constantFrom(...SESSIONS) },
      ),
      chunks: fc.constantFrom(1, 1, 2, 9, 10, 11, 12),
      damage: fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.record({ at: fc.nat(), text: fc.string({ maxLength: 2 }) }) },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ suffix: suffixes, value: garbage }) },
)
export type Piece = typeof pieces extends fc.Arbitrary<infer Value> ? Value : never

/** What a piece puts into the Cookie header. */
export async function cookiesOf(old: Old, piece: Piece): Promise<string[]> {
  if (!('text' in piece)) return [`${old.name}${piece.suffix}=${piece.value}`]
  const { text, chunks, damage } = piece
  const cookies = await old.cookies(text)
  const changed = cookies.map(([name, value]) => [name, damage ? damaged(value, damage) : value] as const)
  return (chunks > 1 && old.isChunked ? changed.flatMap((one) => chunked(one, chunks)) : changed).map((one) =>
    one.join('='),
  )
}

function chunked([name, value]: readonly [string, string], chunks: number): [string, string][] {
  const length = Math.ceil(value.length / chunks)
  return Array.from({ length: chunks }, (_, at) => [`${name}.${at}`, value.slice(at * length, (at + 1) * length)])
}

function damaged(value: string, { at, text }: { at: number; text: string }): string {
  const place = at % (value.length + 1)
  return value.slice(0, place) + text + value.slice(place + text.length)
}
