import type { App } from './apps.js'
import { inTurn, startHaproxy } from './haproxy.js'
import { startNginx } from './nginx.js'
import { freePort } from './ports.js'

/** Where nginx and HAProxy pass requests on to the apps, strictly in turn, without any stickiness. */
export interface Balancers {
  readonly nginx: string
  readonly HAProxy: string
}

export async function startBalancers(apps: readonly App[]): Promise<Balancers> {
  const [nginx, haproxy] = [await freePort(), await freePort()]
  // Without max_fails=0, nginx leaves out a process that was down for a moment for ten seconds.
  const servers = apps.map(({ port }) => `server 127.0.0.1:${port} max_fails=0;`)
  await startNginx(
    `upstream apps { ${servers.join(' ')} }
    server { listen 127.0.0.1:${nginx}; location / { proxy_pass http://apps; } }`,
    [nginx],
  )
  await startHaproxy(inTurn(haproxy, apps), [haproxy])
  return { nginx: `http://127.0.0.1:${nginx}`, HAProxy: `http://127.0.0.1:${haproxy}` }
}
