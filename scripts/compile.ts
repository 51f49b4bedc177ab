/**
 * Makes one executable that needs neither Bun nor this folder: `bun scripts/compile.ts [FILE]`
 * (`./encontro` where none is named). What the server otherwise reads and bundles when it starts
 * is put into it ahead.
 */
import { mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const root = join(import.meta.dir, '..')
const outfile = resolve(process.argv[2] ?? 'encontro')
const build = join(root, 'node_modules', '.encontro-build')

await mkdir(build, { recursive: true })
const page = await Bun.build({
  entrypoints: [join(root, 'src', 'browser', 'page.ts')],
  outdir: build,
  target: 'browser',
  format: 'iife',
  minify: true,
})
if (!page.success) throw new AggregateError(page.logs, 'the page did not build')

const files = [
  join(build, 'page.js'),
  ...(await readdir(join(root, 'public'))).map((name) => join(root, 'public', name)),
]
const imports = files.map(
  (path, at) => `import file${at} from ${JSON.stringify(path)} with { type: 'file' }`,
)
const used = files.map((_, at) => `file${at}`).join(', ')
const entry = join(build, 'encontro.ts')
await Bun.write(
  entry,
  [...imports, `import ${JSON.stringify(join(root, 'src', 'main.ts'))}`, `void [${used}]`, ''].join(
    '\n',
  ),
)

const compiled = Bun.spawnSync(
  [
    process.execPath,
    'build',
    '--compile',
    '--minify',
    // Parsed ahead as well: it starts in half the time. Needs modules, for `await` at the top.
    '--bytecode',
    '--format=esm',
    // What it does is not for files of the folder that it happens to be started in to say.
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    '--asset-naming=[name].[ext]',
    `--outfile=${outfile}`,
    entry,
  ],
  { cwd: root, stdout: 'inherit', stderr: 'inherit' },
)
process.exit(compiled.exitCode)
