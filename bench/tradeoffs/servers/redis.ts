import { find } from './find.js'
import { expectAnswer } from './port.js'
import { serverProgram } from './program.js'

/**
 * As it comes: snapshots from time to time and no log of what was written in between, so that a server that is killed
 * forgets the sessions since its last snapshot. One that is stopped makes a snapshot first.
 */
export const redis = serverProgram({
  kind: 'redis',
  variable: 'REDIS_URL',
  install: 'apt-get install redis-server',
  find: () => find(['redis-server', 'valkey-server']),
  arguments: ({ folder, port }) => ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder],
  url: (port) => `redis://127.0.0.1:${port}`,
  ping: (port) => expectAnswer(port, 'PING', '+PONG'),
})
