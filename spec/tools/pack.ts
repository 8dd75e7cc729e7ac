import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { packAndInstall } from '../package/projects.js'
import { repositoryFiles } from '../package/repository.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for projects. In its `installed` is the package as npm installs it, and beside that the tarball. */
    folder: string
  }
}

/** Packs the package once for all files of tests. */
export default async function pack({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'sealed-session-tools-'))
  await packAndInstall(folder, repositoryFiles())
  provide('folder', folder)
  return () => rm(folder, { recursive: true, force: true })
}
