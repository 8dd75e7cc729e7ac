import { readFileSync } from 'node:fs'

const TITLE =
  /^ *(?:(?<what>describe|it)\b[^\n]*?|\]\))\(\s*(?:'(?<one>[^'\n]+)'|"(?<two>[^"\n]+)"|`(?<three>[^`\n]+)`),/gm

/** A test as its file has it, with placeholders where it has some. */
export interface Titled {
  readonly describe: string
  readonly title: string
}

/** The titles of the tests in a file, in their order. */
export function testsIn(file: URL): Titled[] {
  let describe = ''
  const found: Titled[] = []
  for (const { groups = {} } of readFileSync(file, 'utf8').matchAll(TITLE)) {
    const title = groups['one'] ?? groups['two'] ?? groups['three'] ?? ''
    if (groups['what'] === 'describe') describe = title
    else found.push({ describe, title })
  }
  return found
}
