/**
 * What a session costs where processes start all the time, as on serverless platforms: until its module is imported,
 * and until the first response is complete. Every sample is a process of its own.
 */
import assert from 'node:assert/strict'
import { PACKAGES } from '../contenders/servers.js'
import { BUILT, checkBuilt } from '../contenders/settings.js'
import { finish, versionsOf } from '../measure/recording.js'
import { Series } from '../measure/samples.js'
import { numbersFrom, quick } from '../measure/turns.js'
import { filesOf, firstResponse, NOTHING, timeImport } from './process.js'

const OURS = 'sealed-session'
/** Our own before it was made into one file, in which the files of a package could no longer be told apart. */
const UNBUNDLED = new URL('../../lib/index.js', import.meta.url).href
/** What has no Express in front, and shows what sealing with a JOSE library would cost. */
const LIBRARIES = ['jose', '@auth/core/jwt']
/** What has a start: the floor is no package. */
const STARTING = PACKAGES.filter((name) => name !== 'floor')

const { rounds } = numbersFrom({ rounds: quick ? 1 : 15 })
/** What an app imports, by contender. */
const MODULES = new Map([
  ...STARTING.map((name) => [name, name === OURS ? BUILT : name === 'nothing' ? NOTHING : name] as const),
  ...LIBRARIES.map((name) => [name, name] as const),
])
checkBuilt()
await checkWithoutJose()

const series = new Series()
// The first round fills the caches of the disk, and does not count.
for (let number = 0; number <= rounds; number++) {
  console.error(`round ${number} of ${rounds}`)
  await round(number === 0 ? new Series() : series)
}
for (const [contender, module] of MODULES) {
  series.add({ contender, metric: 'files', unit: 'files' }, (await filesOf(module)).length)
}

finish(`What a start takes, ${rounds} rounds`, {
  benchmark: 'cold',
  versions: versionsOf(
    'express',
    ...STARTING.filter((name) => name !== 'nothing' && name !== OURS),
    'jose',
    '@auth/core',
  ),
  method: { rounds },
  measurements: series.measurements,
})

async function round(series: Series): Promise<void> {
  for (const [contender, module] of MODULES) {
    const alone = await timeImport(module, [])
    series.add({ contender, metric: 'import', unit: 'ms' }, alone.ms)
    series.add({ contender, metric: 'process', unit: 'ms' }, alone.process)
    const beside = await timeImport(module, ['express'])
    series.add({ contender, metric: 'importBesideExpress', unit: 'ms' }, beside.ms)
  }
  for (const contender of STARTING) {
    const { ms, cookie } = await firstResponse(contender, 'sign-in', {})
    series.add({ contender, step: 'sign-in', metric: 'firstResponse', unit: 'ms' }, ms)
    // What express-session remembers ends with its process.
    if (contender === 'express-session') continue
    const read = await firstResponse(contender, 'read', { cookie })
    series.add({ contender, step: 'read', metric: 'firstResponse', unit: 'ms' }, read.ms)
  }
}

/**
 * Fails if anything of `jose` is loaded on our path: by the import, by sealing a session, or by opening one. That it
 * would be seen is tried on two modules that do load it.
 */
async function checkWithoutJose(): Promise<void> {
  const ofJose = (files: readonly string[]) => files.filter((file) => file.includes('/node_modules/jose/'))
  for (const module of LIBRARIES) {
    assert.notDeepEqual(ofJose(await filesOf(module)), [], `this check does not see jose in ${module}`)
  }
  for (const module of [BUILT, UNBUNDLED]) {
    const imported = await filesOf(module)
    assert(imported.includes(module), `this check does not see ${module}`)
    assert.deepEqual(ofJose(imported), [], `importing ${OURS} loads jose`)
    const sealing = await firstResponse(OURS, 'sign-in', { module, listing: true })
    assert.deepEqual(ofJose(sealing.files), [], 'sealing a session loads jose')
    const opening = await firstResponse(OURS, 'read', { module, listing: true, cookie: sealing.cookie })
    assert.deepEqual(ofJose(opening.files), [], 'opening a session loads jose')
  }
}
