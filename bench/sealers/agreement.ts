import assert from 'node:assert/strict'
import type { Sealer } from './sealer.js'

/** Throws unless a contender does what is timed: it gives back the data that it sealed, and no token that was changed. */
export async function checkAgreement(sealer: Sealer, data: object): Promise<void> {
  const token = await sealer.seal(data)
  assert.deepEqual(await sealer.open(token), data, `${sealer.name} gives other data back`)
  for (const part of [0.3, 0.5, 0.7]) {
    const changed = withAnotherCharacter(token, Math.floor(token.length * part))
    assert.equal(await opened(sealer, changed), null, `${sealer.name} opens a token that was changed`)
  }
}

/** Throws unless each opens what the others seal. */
export async function checkSameFormat(sealers: readonly Sealer[], data: object): Promise<void> {
  for (const one of sealers) {
    for (const other of sealers) {
      assert.deepEqual(await other.open(await one.seal(data)), data, `${other.name} does not open ${one.name}'s`)
    }
  }
}

async function opened(sealer: Sealer, token: string): Promise<object | null> {
  const { error } = console
  // @hono/session prints every token that it refuses.
  console.error = () => {}
  try {
    return await sealer.open(token)
  } catch {
    return null
  } finally {
    console.error = error
  }
}

function withAnotherCharacter(token: string, place: number): string {
  return token.slice(0, place) + (token[place] === 'A' ? 'z' : 'A') + token.slice(place + 1)
}
