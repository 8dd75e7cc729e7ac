import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from './folder.js'
import { requiredPathOf } from './servers.js'

export interface Certificate {
  readonly certificateFile: string
  readonly keyFile: string
  /** Both in one file, as HAProxy wants them. */
  readonly bothFile: string
  /** For a client to trust: the certificate is its own authority. */
  readonly pem: string
}

/** A self-signed certificate for 127.0.0.1. */
export async function selfSigned(): Promise<Certificate> {
  const folder = await temporaryFolder()
  const [certificateFile, keyFile, bothFile] = ['cert.pem', 'key.pem', 'both.pem'].map((name) =>
    join(folder, name),
  ) as [string, string, string]
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
  await promisify(execFile)(requiredPathOf('openssl'), [
    ...['req', '-x509', '-days', '2', '-out', certificateFile],
    ...subject,
    ...key,
  ])
  const pem = await readFile(certificateFile, 'utf8')
  await writeFile(bothFile, pem + (await readFile(keyFile, 'utf8')))
  return { certificateFile, keyFile, bothFile, pem }
}
