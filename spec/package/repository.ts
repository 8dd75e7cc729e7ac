import { execFileSync } from 'node:child_process'
import { lstatSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder of the repository. */
export const REPOSITORY = resolve(import.meta.dirname, '../..')

/** What a clone has, or will have with the next commit: paths from the repository's folder, with slashes. */
export function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  })
  return [...new Set(listed.split('\0'))].filter(isFile).sort()
}

/** Neither deleted since, nor a link, such as `node_modules` is in some checkouts. */
function isFile(path: string): boolean {
  return path !== '' && lstatSync(join(REPOSITORY, path), { throwIfNoEntry: false })?.isFile() === true
}
