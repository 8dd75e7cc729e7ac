import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { find } from './find.js'
import { type Place, serverProgram } from './program.js'
import { isRoot } from './user.js'

const urlOf = (port: number) => `mysql://app:app@127.0.0.1:${port}/sessions`

const ACCOUNT = `
CREATE DATABASE IF NOT EXISTS sessions;
CREATE USER IF NOT EXISTS app@'127.0.0.1' IDENTIFIED BY 'app';
GRANT ALL ON sessions.* TO app@'127.0.0.1';
`

/** As it comes: what it has confirmed is on disk, and so survives that it is killed. */
export const mariadb = serverProgram({
  kind: 'mariadb',
  variable: 'MYSQL_URL',
  install: 'apt-get install mariadb-server',
  find: () => (installer() === undefined ? undefined : find(['mariadbd'])),
  prepare({ folder }) {
    writeFileSync(accountFile(folder), ACCOUNT)
    const args = ['--no-defaults', `--datadir=${dataFolder(folder)}`, '--skip-test-db', ...asRoot()]
    return [[installer() as string, ...args]]
  },
  arguments: ({ folder, port }) => [
    // The machine's own settings name the folders of the machine's own server.
    '--no-defaults',
    ...[`--datadir=${dataFolder(folder)}`, `--socket=${join(folder, 'socket')}`, `--init-file=${accountFile(folder)}`],
    ...['--bind-address=127.0.0.1', `--port=${port}`, '--character-set-server=utf8mb4', '--skip-name-resolve'],
    ...asRoot(),
  ],
  url: urlOf,
  async ping(port) {
    const connection = await createConnection(urlOf(port))
    await connection.query('SELECT 1')
    await connection.end()
  },
})

const installer = () => find(['mariadb-install-db'])
const dataFolder = (folder: Place['folder']) => join(folder, 'data')
const accountFile = (folder: Place['folder']) => join(folder, 'account.sql')
const asRoot = () => (isRoot() ? ['--user=root'] : [])
