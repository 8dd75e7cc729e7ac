import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Device, newDevice, refreshProof, registrationProof } from './device.js'

/** The headers of a page that was typed in, of what a page asks for itself, and of a link from another site. */
export const TYPED = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' }
export const OWN = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' }
export const LINKED = { ...TYPED, 'sec-fetch-site': 'cross-site' }

export interface Answer {
  readonly status: number
  header(name: string): string | null
  readonly body: string
  readonly set: readonly string[]
}

/** One connection for what is asked one after another: the specs of thieves ask thousands of times. */
const agent = new Agent({ keepAlive: true })

/** A browser with a device: its jar, and what it keeps for the endpoint. It refreshes only when it is told to. */
export class BoundBrowser {
  readonly jar = new Map<string, string>()
  readonly device: Device
  identifier: string | undefined
  /** Where it refreshes, as the registration has told it. */
  refreshUrl = '/.bound/session'
  challenge = ''
  /** Headers of every request. */
  always: object = { 'x-forwarded-proto': 'https' }
  readonly #port: number

  constructor(port: number, device = newDevice()) {
    this.#port = port
    this.device = device
  }

  get cookies(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async ask(path: string, headers: object = TYPED, method = 'GET', cookie = this.cookies): Promise<Answer> {
    const sent = { ...this.always, ...headers, ...(cookie && { cookie }) }
    // `fetch` sets the headers of fetch metadata itself.
    const asked = request({ port: this.#port, host: '127.0.0.1', path, method, headers: sent, agent }).end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    const set = response.headers['set-cookie'] ?? []
    const header = (name: string) => (response.headers[name] as string | undefined) ?? null
    const answer = { status: response.statusCode ?? 0, header, body: await text(response), set }
    for (const line of set) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/Max-Age=0;/.test(line)) this.jar.delete(name)
      else this.jar.set(name, value)
    }
    const challenge = header('secure-session-challenge')
    if (challenge) this.challenge = /^"([^"]*)"/.exec(challenge)?.[1] as string
    return answer
  }

  post(path: string, headers: object = OWN): Promise<Answer> {
    return this.ask(path, headers, 'POST')
  }

  /** Does what an offer asks for. */
  async register(offered: Answer, bare = true): Promise<Answer> {
    const offer = offered.header('secure-session-registration') as string
    const [, path = '', challenge = ''] = /^\(ES256\);path="([^"]*)";challenge="([^"]*)"$/.exec(offer) ?? []
    const proof = registrationProof(this.device, challenge)
    const answer = await this.post(path, { 'secure-session-response': bare ? proof : `"${proof}"` })
    if (answer.status === 200) {
      const { session_identifier: identifier, refresh_url: url } = JSON.parse(answer.body)
      this.identifier = identifier
      this.refreshUrl = url
    }
    return answer
  }

  async refresh(): Promise<Answer> {
    const send = (proof?: string) =>
      this.post(this.refreshUrl, {
        'sec-secure-session-id': this.identifier,
        ...(proof && { 'secure-session-response': proof }),
      })
    const answer = this.challenge ? await send(refreshProof(this.device, this.challenge)) : await send()
    return answer.status === 403 ? send(refreshProof(this.device, this.challenge)) : answer
  }

  /** Logs in, registers, refreshes and loads a page. */
  async bind(): Promise<Answer> {
    await this.register(await this.post('/login/ada'))
    await this.refresh()
    return this.ask('/')
  }
}
