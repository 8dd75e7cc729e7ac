/** The Redis that the recipes ask. While it is away, a command fails at once: no request waits for it to come back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'redis'

export const redis = createClient({
  url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  disableOfflineQueue: true,
  socket: { connectTimeout: 1000, reconnectStrategy: (tries) => Math.min(tries * 50, 1000) },
})
// Without a listener, the first lost connection would end the process.
redis.on('error', (error) => console.error('redis:', error.message))

/**
 * The reply, or an error half a second later. The client's own timeouts do not cover a Redis that hangs: `timeout`
 * ends when the command is written, and `socketTimeout` begins anew with every write.
 */
export function inTime<Reply>(reply: Promise<Reply>): Promise<Reply> {
  const late = sleep(500, undefined, { ref: false }).then(() => {
    throw new Error('Redis does not answer')
  })
  return Promise.race([reply, late])
}
