import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AUGMENTATION, appBody, IMPORTED, REQUIRED, TESTS } from './apps.js'
import { type Beside, NODE_24, type Project, project, toolAt } from './project.js'

const COMMON = `
const assert = require('node:assert/strict')
const { createHmac } = require('node:crypto')
const request = require('supertest')
const session = require('sealed-session')
const { SessionError } = require('sealed-session')
const { cookieSession } = require('sealed-session/migrate')
const { app } = require('./app')
`
const MODULE = `
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import request from 'supertest'
import session, { SessionError } from 'sealed-session'
import { cookieSession } from 'sealed-session/migrate'
`

/** A project in CommonJS, as it is without any configuration. */
const commonjs = (it = '') => ({
  'app.js': `${REQUIRED}${appBody()}exports.app = app\n`,
  'app.test.js': `${it}${COMMON}${TESTS}`,
})
/** The same with imports, that stay as they are or are compiled to CommonJS. */
const imports = (it = '', app = './app') => ({
  'app.js': `${IMPORTED}${appBody()}export { app }\n`,
  'app.test.js': `${it}${MODULE}import { app } from '${app}'\n${TESTS}`,
})

const TYPES = `import type { ErrorRequestHandler } from 'express'
${AUGMENTATION}`

const EXPRESS_5: Beside = ['express', 'supertest']
const EXPRESS_4: Beside = [['express', 'express4'], 'supertest']

const jest = (project: Project, version: 'jest' | 'jest29' = 'jest', ...options: string[]) =>
  project.node(toolAt(version, 'bin/jest.js'), '--runInBand', ...options)

const ALL_PASSED = { code: 0, stderr: expect.stringMatching(/^Tests: +4 passed, 4 total$/m) }

describe.concurrent('with Jest 30 and its defaults, a test of an app that requires the package passes', () => {
  it.each([
    ['5', EXPRESS_5],
    ['4', EXPRESS_4],
  ])('on Express %s', async (_version, beside) => {
    expect(await jest(await project({ beside, files: commonjs() }))).toMatchObject(ALL_PASSED)
  })

  it.runIf(existsSync(NODE_24))('on Node 24', async () => {
    const made = await project({ beside: EXPRESS_5, files: commonjs() })
    expect(await made.run(NODE_24, toolAt('jest', 'bin/jest.js'), '--runInBand')).toMatchObject(ALL_PASSED)
  })

  it.each(['babel', 'v8'])('with coverage by %s, which is measured of the app', async (provider) => {
    const made = await project({ beside: EXPRESS_5, files: commonjs() })
    const ran = await jest(made, 'jest', '--coverage', `--coverageProvider=${provider}`)
    expect(ran).toMatchObject({ ...ALL_PASSED, stdout: expect.stringMatching(/^ app\.js +\| +100 \|/m) })
  })
})

describe.concurrent('with Jest 29 and its defaults, a test of an app that requires the package passes', () => {
  it.each([
    ['5', EXPRESS_5],
    ['4', EXPRESS_4],
  ])('on Express %s', async (_version, beside) => {
    expect(await jest(await project({ beside, files: commonjs() }), 'jest29')).toMatchObject(ALL_PASSED)
  })
})

describe.concurrent('with Jest 30, a test of an app that imports the package passes', () => {
  it.each([
    [
      'Babel',
      { 'babel.config.json': json({ presets: [[toolAt('@babel/preset-env'), { targets: { node: 'current' } }]] }) },
    ],
    ['swc', { 'jest.config.json': json({ transform: { '\\.js$': toolAt('@swc/jest') } }) }],
  ])('compiled by %s', async (_name, configuration) => {
    const made = await project({ beside: EXPRESS_5, files: { ...imports(), ...configuration } })
    expect(await jest(made)).toMatchObject(ALL_PASSED)
  })

  it.each([
    ['with esModuleInterop', { esModuleInterop: true }],
    ['without esModuleInterop', { esModuleInterop: false }],
    ['one file at a time', { esModuleInterop: true, isolatedModules: true }],
  ])('compiled by ts-jest %s', async (_name, options) => {
    const compilerOptions = { module: 'commonjs', target: 'es2022', strict: true, types: ['node'], ...options }
    const made = await project({
      beside: [...EXPRESS_5, '@jest/globals', '@types/express', '@types/node', '@types/supertest', 'typescript'],
      files: {
        'app.ts': typed(`${IMPORTED}${TYPES}${appBody(': ErrorRequestHandler')}export { app }\n`),
        'app.test.ts': typed(`import { it } from '@jest/globals'\n${MODULE}import { app } from './app'\n${TESTS}`),
        'tsconfig.json': json({ compilerOptions }),
        'jest.config.json': json({ transform: { '\\.ts$': toolAt('ts-jest') } }),
      },
    })
    expect(await jest(made)).toMatchObject(ALL_PASSED)
  })

  it('as it is, with --experimental-vm-modules', async () => {
    const made = await project({ type: 'module', beside: EXPRESS_5, files: imports('', './app.js') })
    const ran = await made.node('--experimental-vm-modules', toolAt('jest', 'bin/jest.js'), '--runInBand')
    expect(ran).toMatchObject(ALL_PASSED)
  })
})

describe.concurrent('with Vitest, a test of an app passes', () => {
  it.each([
    ['that imports the package', 'module', imports("import { it } from 'vitest'\n", './app.js')],
    ['that requires the package', 'commonjs', commonjs()],
  ] as const)('%s', async (_how, type, files) => {
    const config = 'export default { test: { globals: true } }\n'
    const made = await project({
      type,
      beside: [...EXPRESS_5, 'vitest'],
      files: { ...files, 'vitest.config.mjs': config },
    })
    const ran = await made.node(toolAt('vitest', 'vitest.mjs'), 'run', '--no-color')
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ +Tests +4 passed \(4\)$/m) })
  })
})

describe.concurrent.each([
  ['that imports the package', 'module', imports, "import { it } from 'node:test'\n"],
  ['that requires the package', 'commonjs', commonjs, "const { it } = require('node:test')\n"],
] as const)('a test of an app %s passes', (_how, type, files, it_) => {
  it('with node:test', async () => {
    const made = await project({ type, beside: EXPRESS_5, files: files(it_, './app.js') })
    const ran = await made.node('--test')
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^(?:#|.) pass 4$/m) })
  })

  it('with mocha', async () => {
    const made = await project({ type, beside: EXPRESS_5, files: files('', './app.js') })
    const ran = await made.node(toolAt('mocha', 'bin/mocha.js'), '--exit', 'app.test.js')
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ +4 passing/m) })
  })
})

/** The same in TypeScript, where what is in CommonJS is imported as such, which needs no option. */
function typed(source: string): string {
  return source.replace(/^import (\w+) from '(express|supertest|node:assert\/strict)'$/gm, "import $1 = require('$2')")
}

function json(value: object): string {
  return JSON.stringify(value)
}
