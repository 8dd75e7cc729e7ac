import assert from 'node:assert/strict'
import { filesForResponse } from './first-response.js'
import { filesOf } from './importing.js'
import { moduleOf, UNBUNDLED } from './modules.js'

const NAME = 'sealed-session'

/**
 * Fails if anything of `jose` is loaded on our path: by the import, by sealing a session, or by opening one. That it
 * would be seen is tried on two modules that do load it.
 */
export async function checkWithoutJose(): Promise<void> {
  for (const module of ['jose', '@auth/core/jwt']) {
    assert.notDeepEqual(ofJose(await filesOf(module)), [], `this check does not see jose in ${module}`)
  }
  for (const module of [moduleOf(NAME), UNBUNDLED]) await checkModule(module)
}

async function checkModule(module: string): Promise<void> {
  const imported = await filesOf(module)
  assert(imported.includes(module), `this check does not see ${module}`)
  assert.deepEqual(ofJose(imported), [], `importing ${NAME} loads jose`)

  const { files: sealing, cookie } = await filesForResponse(NAME, module, 'sign-in')
  assert.deepEqual(ofJose(sealing), [], 'sealing a session loads jose')
  const { files: opening } = await filesForResponse(NAME, module, 'read', cookie)
  assert.deepEqual(ofJose(opening), [], 'opening a session loads jose')
}

function ofJose(files: readonly string[]): string[] {
  return files.filter((file) => file.includes('/node_modules/jose/'))
}
