import { Agent, get } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  readonly setCookies: readonly string[]
  /** Undefined where the connection ended before the body did. */
  readonly body: string | undefined
}

const agent = new Agent({ keepAlive: true })

/**
 * Asks as a proxy does that has taken the request over HTTPS.
 *
 * @param hangUp `'early'`: before there is an answer, `'late'`: when its head has come
 * @returns undefined if no head came
 */
export function ask(url: string, cookie: string, hangUp?: 'early' | 'late'): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const headers = { 'x-forwarded-proto': 'https', ...(cookie === '' ? {} : { cookie }) }
    const request = get(url, { agent, headers, timeout: 20_000 }, async (response) => {
      const { statusCode: status = 0, headers } = response
      const answer = { status, setCookies: headers['set-cookie'] ?? [] }
      if (hangUp === 'late') {
        response.on('error', () => {})
        request.destroy()
        return resolve({ ...answer, body: undefined })
      }
      resolve({ ...answer, body: await text(response).catch(() => undefined) })
    })
    request.on('error', () => resolve(undefined))
    request.on('timeout', () => request.destroy())
    if (hangUp === 'early') setTimeout(() => request.destroy(), Math.random() * 4)
  })
}

export function hangUpAll(): void {
  agent.destroy()
}
