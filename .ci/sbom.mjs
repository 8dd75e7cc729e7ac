// Prints what a release consists of, as CycloneDX: no package but itself, as `spec/structure.spec.ts` holds.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const { name } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const sbom = JSON.parse(
  execFileSync(
    'npm',
    ['sbom', '--package-lock-only', '--omit=dev', '--omit=peer', '--omit=optional', '--sbom-format=cyclonedx'],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  ),
)
// npm takes the name of the folder.
sbom.metadata.component.name = name
console.log(JSON.stringify(sbom, null, 2))
