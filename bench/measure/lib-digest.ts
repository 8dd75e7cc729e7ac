import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Tells one state of lib, or of a folder in it, from every other, as a figure holds for the code that it was taken on.
 * To be called where npm runs everything, at the root of the project.
 */
export function digestOfLib(folder = ''): string {
  return digestOf(join('lib', folder))
}

/** Of names and contents of all source files in a folder: 48 bits, as nobody wants to deceive anybody here. */
export function digestOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const digests = files.sort().map((file) => `${file} ${sha256(readFileSync(join(folder, file)))}`)
  return sha256(digests.join('\n')).slice(0, 12)
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
