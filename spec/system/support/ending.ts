import { afterAll, afterEach } from 'vitest'
import { removeFolders } from './folder.js'
import { Load } from './load.js'
import { endAll, terminateAll } from './processes.js'

// For every file, whatever became of its tests.
afterEach(() => Load.endAll())
afterAll(async () => {
  await endAll()
  removeFolders()
})

// Where the run is cut short, nobody is left to wait for anything.
process.once('exit', () => {
  terminateAll()
  removeFolders()
})
for (const event of ['SIGTERM', 'disconnect']) process.once(event, () => process.exit(1))
