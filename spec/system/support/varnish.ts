import { dirname } from 'node:path'
import { configured } from './folder.js'
import { type Running, start } from './processes.js'
import { requiredPathOf } from './servers.js'

/**
 * Starts Varnish with VCL code.
 *
 * @param sockets ports by the name that the VCL knows them by, as `local.socket`
 */
export async function startVarnish(vcl: string, sockets: Readonly<Record<string, number>>): Promise<Running> {
  const file = await configured('default.vcl', () => `vcl 4.1;\n${vcl}`)
  const listen = Object.entries(sockets).flatMap(([name, port]) => ['-a', `${name}=127.0.0.1:${port}`])
  const args = ['-F', '-j', 'none', '-T', 'none', '-n', `${dirname(file)}/work`, '-s', 'malloc,16m', '-f', file]
  return start(requiredPathOf('varnishd'), [...args, ...listen], Object.values(sockets))
}
