import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { commitWithHeaders } from '../../lib/http/commit-with-headers.js'
import { settingsFrom } from '../../lib/options/options.js'
import { Stages } from '../../lib/request/stages.js'
import { newRecord } from '../../lib/session/record.js'
import { SECRET } from '../support/secrets.js'

type Any = any

function stages(sizeLimit = 4093, res: Partial<ServerResponse> = {}): Stages {
  return new Stages(
    settingsFrom({ keys: SECRET, sizeLimit }),
    { headers: {} } as IncomingMessage,
    res as ServerResponse,
  )
}

describe('what a session costs', () => {
  it('fits up to the very byte of the limit', () => {
    const record = newRecord(1_767_225_600)
    const data = { text: 'x'.repeat(400) }
    const { bytes } = stages().measure(record, data)
    expect(() => stages(bytes).checkFits(record, data)).not.toThrow()
    expect(() => stages(bytes - 1).checkFits(record, data)).toThrow(
      `it needs ${bytes} bytes, and the limit is ${bytes - 1}.`,
    )
  })
})

describe('a response', () => {
  it('has left when it says so', () => {
    expect(stages(4093, { headersSent: false }).headersSent()).toBe(false)
    expect(stages(4093, { headersSent: true }).headersSent()).toBe(true)
  })

  it.each([
    ['does not say so, as that of an upgrade', {}],
    ['says that it never has, as that of @fastify/express', { headersSent: false }],
  ])('that %s, has left when our own writeHead is through', (_how, says) => {
    const res: Any = { ...says, writeHead: () => {}, setHeader: () => {}, getHeader: () => {} }
    const committer = { settle: () => {}, put: () => {}, withdraw: () => {} }
    commitWithHeaders({} as Any, res, { committer, next: () => {}, onError: undefined })
    const response = stages(4093, res)
    expect(response.headersSent()).toBe(false)
    res.writeHead(200)
    expect(response.headersSent()).toBe(true)
  })
})
