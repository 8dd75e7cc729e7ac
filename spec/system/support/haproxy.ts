import { configured } from './folder.js'
import { type Running, start } from './processes.js'
import { requiredPathOf } from './servers.js'

/**
 * Starts HAProxy with sections of its configuration.
 *
 * @param ports that the sections bind
 */
export async function startHaproxy(sections: string, ports: readonly number[]): Promise<Running> {
  const file = await configured('haproxy.cfg', () =>
    withoutIndentation(`
      global
      defaults
      mode http
      timeout connect 5s
      timeout client 30s
      timeout server 30s
      # A process that is down is not waited for: the next one is asked.
      retries 3
      option redispatch 1
      retry-on conn-failure empty-response
      ${sections}
    `),
  )
  return start(requiredPathOf('haproxy'), ['-db', '-f', file], ports)
}

/**
 * A section that passes what comes in on `port` to the apps, strictly in turn, without any stickiness.
 *
 * @param more parameters of `bind`, and directives
 */
export function inTurn(
  port: number,
  apps: readonly { readonly port: number }[],
  more: { readonly bind?: string; readonly directives?: string } = {},
): string {
  return `
    listen on-${port}
    bind 127.0.0.1:${port} ${more.bind ?? ''}
    balance roundrobin
    ${more.directives ?? ''}
    ${apps.map((app) => `server app-${app.port} 127.0.0.1:${app.port}`).join('\n')}
  `
}

function withoutIndentation(text: string): string {
  return text.replace(/^[ \t]+/gm, '')
}
