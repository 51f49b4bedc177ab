/**
 * Makes one executable that needs neither Bun nor this folder: `bun scripts/compile.ts [FILE]`
 * (`./encontro` where none is named). What the server otherwise reads and bundles when it starts
 * is put into it ahead. It is for this machine, or with `--target=TARGET --runtime=BUN` for the kind of
 * machine that Bun calls so, by that executable of Bun.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPageFiles, root, writePageFiles } from '../src/build/page-files.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { target: { type: 'string' }, runtime: { type: 'string' } },
})
const outfile = resolve(positionals[0] ?? 'encontro')
// Among the libraries, where the modules below find them.
const build = join(root, 'node_modules', '.encontro', `executable-${process.pid}`)

mkdirSync(build, { recursive: true })
process.on('exit', () => rmSync(build, { recursive: true, force: true }))
const files = writePageFiles(build, await buildPageFiles())
const imports = files.map(
  (path, at) => `import file${at} from ${JSON.stringify(path)} with { type: 'file' }`,
)
const used = files.map((_, at) => `file${at}`).join(', ')
const program = JSON.stringify(join(root, 'src', 'program.ts'))
const entry = join(build, 'encontro.ts')
writeFileSync(
  entry,
  [...imports, `import { main } from ${program}`, `void [${used}]`, 'await main()', ''].join('\n'),
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
    ...(values.target ? [`--target=${values.target}`] : []),
    ...(values.runtime ? [`--compile-executable-path=${values.runtime}`] : []),
    `--outfile=${outfile}`,
    entry,
  ],
  { cwd: root, stdout: 'inherit', stderr: 'inherit' },
)
process.exit(compiled.exitCode)
