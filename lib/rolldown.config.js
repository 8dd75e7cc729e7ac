import { dts } from 'rolldown-plugin-dts'

const LICENSE =
  '// With jshttp/cookie: MIT, (c) 2012-2014 Roman Shtylman, (c) 2015 Douglas Christopher Wilson. See LICENSE.'

/**
 * Keeps the comments that begin with two slashes, of which the bundler drops all but those it takes for documentation.
 * Whoever steps through a failed commit in a debugger needs the reasons as much as we do.
 */
const lineComments = {
  name: 'line-comments',
  transform: {
    filter: { id: /lib\/.*\.ts$/ },
    order: 'pre',
    handler: (code) => code.replace(/^([ \t]*)\/\/ (.*)$/gm, '$1/** @line $2 */'),
  },
  renderChunk: (code) => aligned(code.replace(/\/\*\* @line (.*?) \*\//g, '// $1')),
}

/** The bundler moves the lines of a block comment one column to the left of where they belong. */
function aligned(code) {
  return code.replace(/^([ \t]*)\*(?= |\/|$)/gm, '$1 *')
}

/** One class of errors for all files, so that `instanceof` holds whichever file threw: those of the main file. */
const errorsOfIndex = external(/\/errors\.js$/)
/** The same for types, of which a second copy would have to be extended a second time. */
const typesOfIndex = external(/\/(?:errors|types|session-reader)\.js$/)

function external(pattern) {
  return {
    name: 'of-index',
    resolveId: (source) => (pattern.test(source) ? { id: './index.cjs', external: true } : undefined),
  }
}

/** Beside a CommonJS file, the module that hands on what it exports: there is one implementation, however it is loaded. */
const asModule = {
  name: 'as-module',
  generateBundle(_options, bundle) {
    for (const { fileName, exports } of Object.values(bundle)) {
      const base = fileName.replace(/\.cjs$/, '')
      const names = base === 'index' ? INDEX : exports.toSorted()
      const source = [
        `import all from './${fileName}'`,
        `export const { ${names.join(', ')} } = all`,
        ...(base === 'index' ? ['export default all'] : []),
        '',
      ].join('\n')
      this.emitFile({ type: 'asset', fileName: `${base}.mjs`, source })
    }
  },
}
const INDEX = ['session', 'KeyRing', 'keysFromFile', 'SessionError']

/**
 * Declarations for both ways to load a file. What `require` returns is the function itself, with everything else on it;
 * what `import` sees is the same declarations by another name, so that `SessionData` is extended once for both.
 */
const declarations = {
  name: 'declarations',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const { fileName, code } of Object.values(bundle)) {
        const base = fileName.replace(/\.d\.ts$/, '')
        const [list, names] = /\nexport \{ ([^}]*) \};\s*$/.exec(code) ?? []
        if (base === fileName || names === undefined) this.error(`${fileName} declares nothing`)
        delete bundle[fileName]
        const declared = aligned(withoutAliases(code.replace(list, '\n')))
        const ending =
          base === 'index'
            ? `declare namespace session {\n${listed(names.replace(/\btype /g, ''), '  ')}\n}\nexport = session;\n`
            : `${listed(names)}\n`
        this.emitFile({ type: 'asset', fileName: `${base}.d.cts`, source: declared + ending })
        // By the names that it exports them by.
        const outside = names.replace(/(type )?[\w$]+ as (?!default)/g, '$1')
        const source = `${listed(outside, '', ` from './${base}.cjs'`)}\n`
        this.emitFile({ type: 'asset', fileName: `${base}.d.mts`, source })
      }
    },
  },
}

/** A list of exports, one on a line. */
function listed(names, indent = '', from = '') {
  return `${indent}export {\n${names
    .split(', ')
    .map((name) => `${indent}  ${name},\n`)
    .join('')}${indent}}${from};`
}

/** What is both used and exported here, the bundler imports twice, by two names. */
function withoutAliases(code) {
  const twice = [...code.matchAll(/, (\w+) as \1\$1/g)].map(([, name]) => name)
  return twice.reduce((left, name) => left.replace(`, ${name} as ${name}$1`, '').replaceAll(`${name}$1`, name), code)
}

/** Readable, as jose and helmet are: what runs in an app can be read and stepped through there. */
const output = { dir: 'dist', comments: true, minify: false, keepNames: false }
const declared = { dir: 'dist' }
const emitDeclarations = () => dts({ emitDtsOnly: true, tsconfig: false, oxc: { stripInternal: true } })

/**
 * One file, `cookie` included, as a serverless function waits for every file that is loaded before it can answer its
 * first request; one for moving in, which is not needed for ever; and one for the command line, which shares nothing
 * with them. Of the declarations, only what a user can name, with its documentation.
 */
export default [
  {
    input: { index: 'lib/commonjs.ts' },
    platform: 'node',
    plugins: [lineComments, asModule],
    output: {
      ...output,
      format: 'cjs',
      strict: true,
      exports: 'default',
      entryFileNames: '[name].cjs',
      postBanner: LICENSE,
    },
  },
  {
    input: { migrate: 'lib/migrate/index.ts' },
    platform: 'node',
    external: ['jose'],
    plugins: [errorsOfIndex, lineComments, asModule],
    output: { ...output, format: 'cjs', strict: true, exports: 'named', entryFileNames: '[name].cjs' },
  },
  {
    input: { cli: 'lib/cli/bin.ts' },
    platform: 'node',
    external: ['jose'],
    plugins: [lineComments],
    output: { ...output, format: 'esm', entryFileNames: '[name].mjs' },
  },
  { input: { index: 'lib/index.ts' }, plugins: [emitDeclarations(), declarations], output: declared },
  {
    input: { migrate: 'lib/migrate/index.ts' },
    plugins: [typesOfIndex, emitDeclarations(), declarations],
    output: declared,
  },
]
