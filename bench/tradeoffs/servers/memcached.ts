import { find } from './find.js'
import { expectAnswer } from './port.js'
import { serverProgram } from './program.js'
import { isRoot } from './user.js'

/**
 * As it comes, but for its limit of 64 MiB, above which it drops sessions that have not ended: whoever keeps sessions in
 * it must raise that. It keeps nothing on disk, so that every restart forgets all.
 */
export const memcached = serverProgram({
  kind: 'memcached',
  variable: 'MEMCACHED_URL',
  install: 'apt-get install memcached',
  find: () => find(['memcached']),
  arguments: ({ port }) => [
    ...['--listen', '127.0.0.1', '--port', String(port), '--udp-port', '0', '--memory-limit', '1024'],
    ...(isRoot() ? ['--user', 'root'] : []),
  ],
  url: (port) => `memcached://127.0.0.1:${port}`,
  ping: (port) => expectAnswer(port, 'version', 'VERSION'),
})
