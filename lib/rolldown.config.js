import { dts } from 'rolldown-plugin-dts'

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

/** Examples are in the declarations, where editors show them. */
const withoutExamples = {
  name: 'without-examples',
  renderChunk: (code) => code.replace(/(?:^[ \t]*\*\n)?^[ \t]*\* @example\n(?:^[ \t]*\*(?! @|\/).*\n)+/gm, ''),
}

/** Short lists stand in one line, as they do in our files. */
const shortLists = {
  name: 'short-lists',
  renderChunk: (code) =>
    code.replace(
      /([[{])\n((?:\t+(?:"[^"\n]*"|\w+(?:: [^\n{}[\]()/;]{1,60})?),?\n){1,12})\t*([\]}])/g,
      (all, open, items) => {
        const list = items.trim().split(/\n\t*/).join(' ')
        return list.length > 100 ? all : open === '{' ? `{ ${list} }` : `[${list}]`
      },
    ),
}

/** One line for each export between our files, instead of a getter: nothing that we export is assigned again. */
const plainExports = {
  name: 'plain-exports',
  renderChunk: (code) =>
    code.replace(
      /^Object\.defineProperty\(exports, "(\w+)", \{\s+enumerable: true,\s+get: function \(\) \{\s+return ([\w$]+);\s+\}\s+\}\);/gm,
      'exports.$1 = $2;',
    ),
}

/** The bundler moves the lines of a block comment one column to the left of where they belong. */
function aligned(code) {
  return code.replace(/^([ \t]*)\*(?= |\/|$)/gm, '$1 *')
}

/** Types of the main file, of which a second copy would have to be extended a second time. */
const typesOfIndex = {
  name: 'types-of-index',
  resolveId: (source) =>
    /\/(?:cookie-options|errors|types|session-reader)\.js$/.test(source)
      ? { id: './index.cjs', external: true }
      : undefined,
}

/**
 * Beside a CommonJS file, the module that hands on what it exports: there is one implementation, however it is loaded.
 * Node looks through a CommonJS file that is imported for the names of its exports, which takes longer than to run all of ours,
 * and follows `module.exports = require()`. It does not look past a variable.
 */
const asModule = {
  name: 'as-module',
  generateBundle(_options, bundle) {
    const hand = (fileName, source) => this.emitFile({ type: 'asset', fileName, source })
    const { exports } = bundle['migrate.cjs']
    hand('index.mjs', `import all from './index.cjs'\nexport const { ${INDEX.join(', ')} } = all\nexport default all\n`)
    hand('migrate.import.cjs', `const all = require('./migrate.cjs')\nmodule.exports = all\n`)
    hand('migrate.mjs', `import all from './migrate.import.cjs'\nexport const { ${exports.sort().join(', ')} } = all\n`)
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
        // Which TypeScript 5 does not read for its default target, ES5.
        const named = code.replace(/^(\s+)#private;$/m, "$1private readonly '#private';")
        const declared = aligned(withoutAliases(named.replace(list, '\n')))
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

const emitDeclarations = () => dts({ emitDtsOnly: true, tsconfig: false, oxc: { stripInternal: true } })

/**
 * All that an app runs is in one file, as a serverless function waits for every file that is loaded before it can answer
 * its first request. What is loaded by name are small files beside it: the function itself, what
 * moves sessions in, and the command line. So no code and no class is there twice. All of it is readable, as jose and
 * helmet are: what runs in an app can be read and stepped through there. Of the declarations, only what a user can name.
 */
export default [
  {
    input: { index: 'lib/commonjs.ts', migrate: 'lib/migrate/index.ts', cli: 'lib/cli/bin.ts' },
    platform: 'node',
    external: ['jose'],
    plugins: [lineComments, withoutExamples, shortLists, plainExports, asModule],
    output: {
      dir: 'dist',
      format: 'cjs',
      strict: true,
      comments: true,
      minify: false,
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
      codeSplitting: { groups: [{ name: 'core', test: (id) => !/lib\/(?:cli\/|migrate\/|commonjs)/.test(id) }] },
    },
  },
  { input: { index: 'lib/index.ts' }, plugins: [emitDeclarations(), declarations], output: { dir: 'dist' } },
  {
    input: { migrate: 'lib/migrate/index.ts' },
    plugins: [typesOfIndex, emitDeclarations(), declarations],
    output: { dir: 'dist' },
  },
]
