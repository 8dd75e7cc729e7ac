import { get, type IncomingMessage } from 'node:http'

export interface Answer {
  readonly body: string
  /** What a browser would send back: names and values of every cookie that the answer sets. */
  readonly cookie: string
}

/** One request on a connection of its own, until the answer is complete. Rejects unless its status is 200. */
export function visit(url: string, cookie = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = cookie === '' ? {} : { cookie }
    get(url, { agent: false, headers }, (res) => complete(res).then(resolve, reject)).on('error', reject)
  })
}

async function complete(res: IncomingMessage): Promise<Answer> {
  let body = ''
  for await (const chunk of res.setEncoding('utf8')) body += chunk
  if (res.statusCode !== 200) throw new Error(`status ${res.statusCode}: ${body}`)
  const lines = res.headers['set-cookie'] ?? []
  return { body, cookie: lines.map((line) => line.split(';')[0]).join('; ') }
}
