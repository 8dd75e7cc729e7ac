// Prints what a release consists of, as CycloneDX: what npm knows, and what was built into the files, which it does not.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const read = (path) => readFileSync(new URL(path, root), 'utf8')
const { name, version, peerDependencies } = JSON.parse(read('package.json'))
const { packages } = JSON.parse(read('package-lock.json'))

const sbom = JSON.parse(
  execFileSync(
    'npm',
    ['sbom', '--package-lock-only', '--omit=dev', '--omit=peer', '--omit=optional', '--sbom-format=cyclonedx'],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  ),
)
// npm takes the name of the folder.
sbom.metadata.component.name = name
const bundled = bundledPackages().map(component)
sbom.components.push(...bundled)
const [own] = sbom.dependencies
own.dependsOn.push(...bundled.map((one) => one['bom-ref']))
sbom.dependencies.push(...bundled.map((one) => ({ ref: one['bom-ref'], dependsOn: [] })))
console.log(JSON.stringify(sbom, null, 2))

/** The packages that the library imports and does not ask its users to install. */
function bundledPackages() {
  const files = readdirSync(new URL('lib', root), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  )
  const imported = files.flatMap((path) => [
    ...read(`lib/${path}`).matchAll(/^import (?!type).* from '([^.'][^']*)'/gm),
  ])
  const names = imported
    .map(([, from]) => from)
    .filter((from) => !from.startsWith('node:') && !(from in peerDependencies))
  return [...new Set(names)].sort()
}

function component(bundled) {
  const { version: installed, license, integrity } = packages[`node_modules/${bundled}`]
  const [, hash] = integrity.split('-')
  return {
    'bom-ref': `${bundled}@${installed}`,
    type: 'library',
    name: bundled,
    version: installed,
    scope: 'required',
    purl: `pkg:npm/${bundled}@${installed}`,
    description: `bundled into dist of ${name} ${version}`,
    hashes: [{ alg: 'SHA-512', content: Buffer.from(hash, 'base64').toString('hex') }],
    licenses: [{ license: { id: license } }],
  }
}
