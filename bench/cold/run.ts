/**
 * What a session costs where processes start all the time, as on serverless platforms: until its module is imported,
 * and until the first response is complete. Every sample is a process of its own.
 */
import '../measure/options.js'
import { PACKAGES } from '../contenders/servers.js'
import { BUILT, checkBuilt } from '../contenders/settings.js'
import { finish, versionsOf } from '../measure/recording.js'
import { Series } from '../measure/samples.js'
import { quick } from '../measure/turns.js'
import { filesOf, firstResponse, NOTHING, timeImport } from './process.js'

const OURS = 'sealed-session'
/** What has no Express in front, and shows what sealing with a JOSE library would cost. */
const LIBRARIES = ['jose', '@auth/core/jwt']
/** What has a start: the floor is no package. */
const STARTING = PACKAGES.filter((name) => name !== 'floor')

const rounds = quick ? 1 : 15
/** What an app imports, by contender. */
const MODULES = new Map([
  ...STARTING.map((name) => [name, name === OURS ? BUILT : name === 'nothing' ? NOTHING : name] as const),
  ...LIBRARIES.map((name) => [name, name] as const),
])
checkBuilt()

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
    const { ms, cookie } = await firstResponse(contender, 'sign-in')
    series.add({ contender, step: 'sign-in', metric: 'firstResponse', unit: 'ms' }, ms)
    // What express-session remembers ends with its process.
    if (contender === 'express-session') continue
    const read = await firstResponse(contender, 'read', cookie)
    series.add({ contender, step: 'read', metric: 'firstResponse', unit: 'ms' }, read.ms)
  }
}
