/** Part of the build: keeps, of all declarations, those that the types of the package's entries are made of. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const ENTRIES = ['index.d.ts', 'migrate/index.d.ts']

const kept = new Set()
const waiting = ENTRIES.map((entry) => join(DIST, entry))
for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
  if (kept.has(file)) continue
  kept.add(file)
  for (const [, module] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)\.js'/g)) {
    waiting.push(join(file, '..', `${module}.d.ts`))
  }
}

for (const entry of readdirSync(DIST, { recursive: true })) {
  const file = join(DIST, entry)
  if (file.endsWith('.d.ts') && !kept.has(file)) rmSync(file)
}
