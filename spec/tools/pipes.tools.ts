import { describe, expect, it } from 'vitest'
import { STARTS } from '../package/mistakes.js'
import { project } from './project.js'

/** The second half opens the named pipe, and waits there until the first half does. */
const READ_AFTERWARDS = 'mkfifo ended; { "$0" "$1" 2>&1; : >ended; } | { : <ended; cat; }'

describe.concurrent('an error that nobody catches', () => {
  it.runIf(process.platform !== 'win32').each(['starts.cjs', 'starts.mjs'])(
    'of %s reaches whoever begins to read when the process has ended',
    async (file) => {
      const made = await project({ type: 'module', files: STARTS })
      const { stdout } = await made.run('sh', '-c', READ_AFTERWARDS, process.execPath, file)
      expect(stdout).toMatch(/^SessionError: key 1 has 5 bytes.*\n +at startOfTheApp .*starts\.[cm]js:4:3\)$/m)
      expect(stdout).toMatch(/code: 'ERR_SESSION_KEYS'.*Node\.js v.*\n$/s)
    },
  )
})
