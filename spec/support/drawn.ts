/** All that Node's generator has given so far, in hex, where `recordingCrypto` stands for `node:crypto`. */
export const drawn: string[] = []

/** `node:crypto`, with what it draws written down: `vi.mock('node:crypto', async (original) => recordingCrypto(await original()))`. */
export function recordingCrypto(crypto: typeof import('node:crypto')): typeof import('node:crypto') {
  function recorded(bytes: Buffer): Buffer {
    drawn.push(bytes.toString('hex'))
    return bytes
  }
  return {
    ...crypto,
    randomBytes: ((size: number) => recorded(crypto.randomBytes(size))) as typeof crypto.randomBytes,
    randomFillSync: ((buffer: Buffer) => recorded(crypto.randomFillSync(buffer))) as typeof crypto.randomFillSync,
  }
}
