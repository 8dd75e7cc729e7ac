import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Tells one state of lib, or of a folder in it, from every other, as a figure holds for the code that it was taken on.
 * To be called where npm runs everything, at the root of the project.
 */
export function digestOfLib(folder = ''): string {
  const root = join('lib', folder)
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const hash = createHash('sha256')
  for (const file of files.sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0')
  return hash.digest('hex').slice(0, 12)
}
