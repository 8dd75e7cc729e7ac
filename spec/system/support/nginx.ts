import { configured } from './folder.js'
import { freePort } from './ports.js'
import { type Running, start } from './processes.js'
import { requiredPathOf } from './servers.js'

/**
 * Starts nginx with the contents of its `http` block. Nothing else that matters is set: sizes, timeouts and caching
 * are nginx's defaults.
 *
 * @param ports that the `http` block listens on
 */
export async function startNginx(http: string, ports: readonly number[]): Promise<Running> {
  const file = await configured('nginx.conf', (folder) => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    )
    return `
      daemon off;
      worker_processes 1;
      pid ${folder}/pid;
      error_log stderr;
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      events {}
      http {
        access_log off;
        ${temporary.join('\n')}
        proxy_cache_path ${folder}/cache keys_zone=cache:1m;
        ${http}
      }
    `
  })
  return start(requiredPathOf('nginx'), ['-e', 'stderr', '-c', file], ports)
}

/** Starts nginx with one server in front of one app, and directives for its location. Returns the server's origin. */
export async function nginxBefore(app: { readonly origin: string }, directives = ''): Promise<string> {
  const port = await freePort()
  await startNginx(`server { listen 127.0.0.1:${port}; location / { proxy_pass ${app.origin}; ${directives} } }`, [
    port,
  ])
  return `http://127.0.0.1:${port}`
}
