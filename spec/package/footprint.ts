import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { REPOSITORY } from './repository.js'

/** The bytes that a package of the repository's `node_modules` takes when it is installed, with all that it depends on. */
export function footprint(name: string): number {
  const folders = new Set<string>()
  const visit = (folder: string) => {
    if (folders.has(folder)) return
    folders.add(folder)
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    for (const dependency of Object.keys(dependencies)) visit(resolved(dependency, folder))
  }
  visit(resolved(name, REPOSITORY))
  return [...folders].reduce((sum, folder) => sum + bytesIn(folder), 0)
}

/** Where Node finds a package: in the nearest `node_modules`, from a folder upwards. */
function resolved(name: string, from: string): string {
  const folder = join(from, 'node_modules', name)
  if (existsSync(folder)) return folder
  if (from === dirname(from)) throw new Error(`${name} is not installed`)
  return resolved(name, dirname(from))
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .map((entry) => join(folder, entry.name))
    .reduce((sum, path) => sum + (statSync(path).isDirectory() ? bytesIn(path) : statSync(path).size), 0)
}
