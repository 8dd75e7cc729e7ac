import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '../../system/support/folder.js'
import { requiredPathOf } from '../../system/support/servers.js'

/** A certificate for localhost and other hosts, and the local authority that issued it. */
export interface Authority {
  readonly certificateFile: string
  readonly keyFile: string
  readonly certificate: string
  readonly key: string
  /** Makes the browser whose certificates are kept in this folder trust the authority. */
  trustIn(folder: string): Promise<void>
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/**
 * Issues a certificate as a company's own authority does: browsers accept it without a warning or a flag.
 *
 * @param hosts beside localhost
 */
export async function localAuthority(...hosts: readonly string[]): Promise<Authority> {
  const folder = await temporaryFolder()
  const at = (name: string) => join(folder, name)
  const [authority, certificateFile, keyFile] = [at('authority.pem'), at('localhost.pem'), at('localhost-key.pem')]
  await openssl(
    'req',
    '-x509',
    '-days',
    '2',
    '-subj',
    '/CN=Local authority',
    ...KEY,
    '-keyout',
    at('authority-key.pem'),
    '-out',
    authority,
  )
  await openssl('req', '-new', '-subj', '/CN=localhost', ...KEY, '-keyout', keyFile, '-out', at('request.pem'))
  const names = ['localhost', ...hosts].map((host) => `DNS:${host}`).join()
  await writeFile(at('extensions'), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`)
  const issuer = ['-CA', authority, '-CAkey', at('authority-key.pem'), '-CAcreateserial']
  await openssl(
    'x509',
    '-req',
    '-days',
    '2',
    '-in',
    at('request.pem'),
    ...issuer,
    '-extfile',
    at('extensions'),
    '-out',
    certificateFile,
  )
  return {
    certificateFile,
    keyFile,
    certificate: await readFile(certificateFile, 'utf8'),
    key: await readFile(keyFile, 'utf8'),
    async trustIn(database) {
      await mkdir(database, { recursive: true })
      const certutil = (...args: string[]) => run('certutil', ['-d', `sql:${database}`, ...args])
      await certutil('-N', '--empty-password')
      await certutil('-A', '-n', 'local', '-t', 'C,,', '-i', authority)
    },
  }
}

function openssl(...args: readonly string[]): Promise<void> {
  return run('openssl', args)
}

async function run(program: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(requiredPathOf(program), [...args])
}
