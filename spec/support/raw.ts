import { createServer, type IncomingHttpHeaders, type RequestListener, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A response as it came over the wire. */
export interface RawResponse {
  readonly status: number
  readonly statusText: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly setCookies: readonly string[]
}

/** Serves on a free port of loopback while `use` runs. */
export async function serving<Result>(
  listener: RequestListener,
  use: (port: number, server: Server) => Promise<Result>,
): Promise<Result> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use((server.address() as AddressInfo).port, server)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** Fails where a response never ends: a swallowed one must be an error and not a hanging test. */
export function fetchRaw(port: number, path: string, headers: Record<string, string> = {}): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, path, headers, host: '127.0.0.1', agent: false, timeout: 5000 }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? '',
          headers: response.headers,
          body: Buffer.concat(chunks).toString('latin1'),
          setCookies: response.headers['set-cookie'] ?? [],
        })
      })
    })
    asked.on('timeout', () => asked.destroy(new Error(`${path} was never answered`)))
    asked.on('error', reject)
    asked.end()
  })
}
