/** What a secret stands for if it is bytes in hex or base64: they are no better for being written otherwise. */
export function decoded(secret: Uint8Array): Buffer[] {
  const text = Buffer.from(secret).toString('latin1')
  if (/^(?:[0-9a-f]{2}){16,}$/i.test(text)) return [Buffer.from(text, 'hex')]
  return /^[\w+/-]{22,}={0,2}$/.test(text) ? [Buffer.from(text, 'base64')] : []
}
