/**
 * Bundles an app, all its packages included, for Node, and prints the name of the file that it became. What it warns of
 * goes to standard error.
 *
 *     node bundle.mjs <bundler> <entry> [minify]
 */
import { join } from 'node:path'

const [bundler, entry, minify] = process.argv.slice(2)
const folder = process.cwd()

/** What esbuild's documentation says of packages in CommonJS in a bundle of ESM: Express needs it as much. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

const BUNDLERS = {
  'esbuild-cjs': () => byEsbuild('cjs', 'bundle.cjs', ''),
  'esbuild-esm': () => byEsbuild('esm', 'bundle.mjs', REQUIRE),

  async webpack() {
    const { default: webpack } = await import('webpack')
    const compiler = webpack({
      context: folder,
      entry: `./${entry}`,
      mode: 'production',
      target: 'node',
      // Else it is built to be in production, whatever the environment says, and refuses sessions over plain HTTP.
      optimization: { minimize: minify !== undefined, nodeEnv: false },
      output: { path: folder, filename: 'bundle.cjs' },
    })
    const stats = await new Promise((resolve, reject) =>
      compiler.run((error, done) => (done ? resolve(done) : reject(error))),
    )
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true })
    for (const { message } of warnings) console.error(message)
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
    return 'bundle.cjs'
  },

  async rollup() {
    const { rollup } = await import('rollup')
    const { default: nodeResolve } = await import('@rollup/plugin-node-resolve')
    const { default: commonjs } = await import('@rollup/plugin-commonjs')
    const { default: json } = await import('@rollup/plugin-json')
    const plugins = [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json()]
    const built = await rollup({ input: join(folder, entry), plugins, onwarn: ({ message }) => console.error(message) })
    await built.write({ file: join(folder, 'bundle.mjs'), format: 'es', inlineDynamicImports: true })
    return 'bundle.mjs'
  },

  async rolldown() {
    const { rolldown } = await import('rolldown')
    const onLog = (_level, { message }) => console.error(message)
    const built = await rolldown({ cwd: folder, input: entry, platform: 'node', onLog })
    await built.write({ file: join(folder, 'bundle.mjs'), format: 'esm', codeSplitting: false })
    return 'bundle.mjs'
  },

  async ncc() {
    const { default: ncc } = await import('@vercel/ncc')
    const { writeFile } = await import('node:fs/promises')
    const { code, assets } = await ncc(join(folder, entry), { quiet: true, minify: minify !== undefined })
    const file = entry.endsWith('.mjs') ? 'bundle.mjs' : 'bundle.cjs'
    await writeFile(join(folder, file), code)
    for (const [name, { source }] of Object.entries(assets)) await writeFile(join(folder, name), source)
    return file
  },
}

async function byEsbuild(format, outfile, banner) {
  const { build } = await import('esbuild')
  const options = { entryPoints: [entry], outfile, format, minify: minify !== undefined, banner: { js: banner } }
  await build({ ...options, absWorkingDir: folder, bundle: true, platform: 'node', logLevel: 'warning' })
  return outfile
}

console.log(await BUNDLERS[bundler]())
