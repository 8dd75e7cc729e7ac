import { describe, expect, it } from 'vitest'
import { everyBlockRan, examplesOf } from '../support/examples.js'

const platforms = examplesOf('spec/guide/platforms.md')

describe('the page of platforms', () => {
  it('answers a probe over plain HTTP in production', async () => {
    await platforms.serve(
      platforms.fileOf('Health checks'),
      async (origin) => {
        const probe = await fetch(`${origin}/healthz`)
        expect([probe.status, await probe.text(), probe.headers.getSetCookie()]).toEqual([200, 'ok', []])
      },
      { NODE_ENV: 'production' },
    )
  })
})

everyBlockRan(platforms)
