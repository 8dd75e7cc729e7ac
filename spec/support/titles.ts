import { readFileSync } from 'node:fs'
import { nameOf, placesIn, type Syntax } from './syntax.js'

const TITLE =
  /^ *(?:(?<what>describe|it)\b[^\n]*?|\]\))\(\s*(?:'(?<one>[^'\n]+)'|"(?<two>[^"\n]+)"|`(?<three>[^`\n]+)`),/gm
/** A comment that may hold tests: it begins a line, or stands behind white space. */
const COMMENT = /(?<=^|\s)\/\*[\s\S]*?\*\//g

const TESTS = ['it', 'test', 'describe', 'suite']
/** Ways to say that a test does not run, that no other does, or that it is to fail. */
const NEVER = ['skip', 'todo', 'only', 'fails']
/** The same by a condition: where a program is not installed, the tests that need it cannot run. */
const CONDITIONAL = ['skipIf', 'runIf']

/** A test as its file has it, with placeholders where it has some. */
export interface Titled {
  readonly describe: string
  readonly title: string
}

/** The titles of the tests in a file, in their order. */
export function testsIn(file: URL): Titled[] {
  return testsOf(readFileSync(file, 'utf8'))
}

/** The same of a file's text. */
export function testsOf(text: string): Titled[] {
  let describe = ''
  const found: Titled[] = []
  for (const { groups = {} } of text.replace(COMMENT, '').matchAll(TITLE)) {
    const title = groups['one'] ?? groups['two'] ?? groups['three'] ?? ''
    if (groups['what'] === 'describe') describe = title
    else found.push({ describe, title })
  }
  return found
}

/**
 * What switches a test off in a file's text, or all the others: their titles are there, and show nothing.
 *
 * @param conditions whether one may be switched off by a condition
 */
export function switchedOff(text: string, conditions: 'refused' | 'accepted' = 'refused'): string[] {
  const refused = conditions === 'refused' ? [...NEVER, ...CONDITIONAL] : NEVER
  return placesIn(text)
    .filter(({ node }) => isModified(node, refused) || isOptional(node) || skipsItself(node))
    .map(({ node }) => text.slice(node.start, node.end).split('\n')[0] as string)
}

/** A modifier behind the name of a test: as a member, in a chain of them, or in brackets. */
function isModified(node: Syntax, refused: readonly string[]): boolean {
  return node.type === 'MemberExpression' && refused.includes(nameOf(node) ?? '') && TESTS.includes(rootOf(node))
}

/** `it('...', { skip: true }, ...)`. */
function isOptional(node: Syntax): boolean {
  if (node.type !== 'CallExpression' || !TESTS.includes(rootOf(node))) return false
  const options: Syntax[] = node['arguments'].filter(({ type }: Syntax) => type === 'ObjectExpression')
  return options.flatMap(({ properties }) => properties).some((one) => one.key && NEVER.includes(nameOf(one) ?? ''))
}

/** `context.skip()`, or `skip()` of a context taken apart. */
function skipsItself({ type, callee }: Syntax): boolean {
  if (type !== 'CallExpression') return false
  return (callee.type === 'MemberExpression' ? nameOf(callee) : callee.name) === 'skip'
}

/** What a chain of members and calls begins with. */
function rootOf(node: Syntax): string {
  return node['name'] ?? (node['object'] || node['callee'] ? rootOf(node['object'] ?? node['callee']) : '')
}
