import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { everyBlockRan, examplesOf } from '../support/examples.js'
import { REPOSITORY } from '../support/script.js'

const security = examplesOf('spec/guide/security.md')
const { page } = security

/** Of those that only explain, or send the reader to another one. */
const WITHOUT_TEST = ['Another site', 'Lost updates']

describe('what the security model says', () => {
  const [, attackersAndAttacks = ''] = /^## Attackers\n(.*)^## What to do/ms.exec(page.prose) ?? []
  const sections = attackersAndAttacks.split(/^### /m).slice(1)

  it.each(sections.map((text) => [text.split('\n')[0] as string, text]))(
    'of "%s" is shown by a test',
    (title, text) => {
      const proofs = [...text.matchAll(/^- `([^`]+)`: "(.+)"$/gm)]
      expect(proofs.length > 0).toBe(!WITHOUT_TEST.includes(title))
      expect(proofs).toHaveLength(text.match(/^- /gm)?.length ?? 0)
      for (const [, file = '', sentence = ''] of proofs) {
        const spec = readFileSync(join(REPOSITORY, file), 'utf8')
        expect(spec).toMatch(new RegExp(`(?:it|describe|\\])[^\\n]*\\((['"\`])${escaped(sentence)}\\1`))
      }
    },
  )

  it('is about ten attackers and ten attacks', () => {
    expect(sections.length).toBeGreaterThanOrEqual(20)
  })
})

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

everyBlockRan(security)
