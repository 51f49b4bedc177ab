import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Endpoint } from '../../src/endpoint.ts'
import { eventually } from './eventually.ts'
import { collect } from './process.ts'

const examples = join(import.meta.dir, '..', '..', 'examples')

/** A language, what has to be there for it, and how its client is made ready and run. */
export const languages = [
  { name: 'Python', needs: ['python3'], make: [], run: ['python3', 'encontro.py'] },
  {
    name: 'C',
    needs: ['gcc'],
    make: ['gcc', '-std=c99', '-Wall', '-Wextra', '-pedantic', '-Werror', '-o', 'c', 'encontro.c'],
    run: ['./c'],
  },
  { name: 'Node', needs: ['node'], make: [], run: ['node', 'encontro.mjs'] },
  { name: 'Bun', needs: [], make: [], run: [process.execPath, 'encontro.mjs'] },
  {
    name: 'Java',
    needs: ['javac'],
    make: ['javac', '-Xlint:all', '-Werror', 'Encontro.java'],
    run: ['java', '-XX:TieredStopAtLevel=1', 'Encontro'],
  },
]

/**
 * The examples in a folder of their own, with shorter times: a second of quiet, and a tenth of a
 * second before the first new try. Nothing else of them is changed.
 */
export async function hurriedExamples() {
  const folder = mkdtempSync(join(tmpdir(), 'encontro-examples-'))
  cpSync(examples, folder, { recursive: true })
  for (const file of ['encontro.py', 'encontro.c', 'encontro.mjs', 'Encontro.java']) {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    const hurried = text
      .replace(/(QUIET_SECONDS ?=? ?)30\b/, '$11')
      .replace(/(FIRST_WAIT_SECONDS ?=? ?)1(\.0)?\b/, '$10.1')
    writeFileSync(path, hurried)
  }
  const available = languages.filter(
    ({ needs }) => process.env.CI || needs.every((tool) => Bun.which(tool) !== null),
  )
  await Promise.all(
    available.map(async ({ make }) => {
      if (make.length === 0) return
      const child = Bun.spawn(make, { cwd: folder, stderr: 'pipe' })
      const problems = await new Response(child.stderr).text()
      if ((await child.exited) !== 0) throw new Error(problems)
    }),
  )
  return { folder, available, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

/** A client at work. `said` is what it has printed, a line each. */
export function startExample(
  folder: string,
  run: readonly string[],
  to: Endpoint,
  name: string,
  callPort = 5000,
) {
  const command = [...run, to.ip, String(to.port), name, String(callPort)]
  const child = Bun.spawn(command, { cwd: folder, stdout: 'pipe', stderr: 'pipe' })
  const output = collect(child.stdout)
  const errors = collect(child.stderr)
  const said = () => output().split('\n').slice(0, -1)
  return {
    said,
    /** Resolves once it has printed the line so often. */
    until: (line: string, times = 1) =>
      eventually(
        `“${line}” in ${output()}${errors()}`,
        () => said().filter((each) => each === line).length >= times,
      ),
    /** As Ctrl-C does. */
    interrupt: () => child.kill('SIGINT'),
    exited: child.exited,
    errors,
    [Symbol.dispose]: () => child.kill('SIGKILL'),
  }
}
