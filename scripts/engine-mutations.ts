/**
 * Leaves out each safeguard of several nodes in turn, in a copy of the tree, and runs the tests: a test that never
 * fails proves nothing. Ends with status 1 where nothing fails. `bun scripts/engine-mutations.ts [PART OF A NAME]`
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Mutation = {
  /** The safeguard. */
  name: string
  file: string
  from: string
  to: string
  /** One of them has to fail. The quickest first. */
  tests: string[]
}

const [replica, scripts, cluster] = ['replica', 'scripts', 'cluster'].map(
  (name) => `test/engine/${name}.test.ts`,
) as [string, string, string]

const mutations: Mutation[] = [
  {
    name: 'a node that was given up cannot write',
    file: 'src/engine/scripts/append.lua',
    from: "if not lease then return {'fenced'} end",
    to: 'if not lease then lease = now end',
    tests: [scripts, cluster],
  },
  {
    name: 'a command that comes after the lease is refused',
    file: 'src/engine/scripts/append.lua',
    from: "if tonumber(lease) < now then return {'late'} end",
    to: '',
    tests: [scripts],
  },
  {
    name: 'a node of another epoch cannot write',
    file: 'src/engine/scripts/append.lua',
    from: "if state[1] ~= ARGV[1] then return {'epoch'} end",
    to: '',
    tests: [scripts],
  },
  {
    name: 'a node notices another epoch',
    file: 'src/engine/scripts/beat.lua',
    from: "if state[1] ~= epoch or state[4] ~= server then return {'epoch'} end",
    to: "if not state[1] then return {'ok', '0', string.format('%d', now)} end",
    tests: [scripts, cluster],
  },
  {
    name: 'nobody dies of an engine that was away',
    file: 'src/engine/scripts/beat.lua',
    from: 'if now - tonumber(state[6]) > lease / 2 then',
    to: 'if false then',
    tests: [scripts],
  },
  {
    name: 'a dead node is given up',
    file: 'src/engine/scripts/beat.lua',
    from: "append(cjson.encode({kind = 'dead', node = other}))",
    to: '',
    tests: [scripts],
  },
  {
    name: 'there is time to recover',
    file: 'src/engine/scripts/hello.lua',
    from: 'and 0 or now + tonumber(ARGV[9])',
    to: 'and 0 or 0',
    tests: [scripts, cluster],
  },
  {
    name: 'no number is given twice',
    file: 'src/engine/scripts/hello.lua',
    from: 'math.max(rev, applied) + 1000000',
    to: '0',
    tests: [scripts],
  },
  {
    name: 'an entry that is missing is noticed',
    file: 'src/engine/node/reading.ts',
    from: 'gap = entry.rev !== this.#rev + 1',
    to: 'gap = false',
    tests: [cluster],
  },
  {
    name: 'a lost registration is entered again',
    file: 'src/engine/engine.ts',
    from: 'const own = this.#claims.all()',
    to: 'const own: Held[] = []',
    tests: [cluster],
  },
  {
    name: 'what was given up is taken back',
    file: 'src/engine/engine.ts',
    from: 'if (command) this.#owed.owe(command)',
    to: '',
    tests: ['test/engine/undoing.test.ts'],
  },
  {
    name: 'who was told that nothing came of it hears what became of it',
    file: 'src/engine/engine.ts',
    from: 'if (push) this.#claims.get(push.to)?.line.tell(push.push)',
    to: '',
    tests: ['test/engine/undoing.test.ts'],
  },
  {
    name: 'who left before a late entry leaves again',
    file: 'src/engine/engine.ts',
    from: "if (entry.command.kind === 'assert') this.#leaveAgain(entry.command.held)",
    to: '',
    tests: ['test/engine/late-entry.test.ts'],
  },
  {
    name: 'a signal waits for the log',
    file: 'src/engine/node/inbox.ts',
    from: 'message.rev > this.#parts.rev()',
    to: 'false',
    tests: ['test/engine/inbox.test.ts'],
  },
  {
    name: 'the same browser takes its place over',
    file: 'src/registry/changes.ts',
    from: "if (holder.proof !== '') this.#takeOver(wanted, holder.proof)",
    to: '',
    tests: ['test/engine/conversations.test.ts'],
  },
  {
    name: 'nobody else takes a place over',
    file: 'src/registry/changes.ts',
    from: 'if (!holders.every((holder) => holder?.proof === proof)) return',
    to: '',
    tests: ['test/engine/conversations.test.ts'],
  },
  {
    name: 'all nodes decide alike who stays of two',
    file: 'src/engine/state/contest.ts',
    from: 'if (places.some((place) => taken.has(place))) displaced.push(each)',
    to: 'if (false) displaced.push(each)',
    tests: [replica],
  },
  {
    name: 'who came later in an order that has a gap is put in at its place',
    file: 'src/engine/state/registrations.ts',
    from: 'if (!staying.has(entry)) directory.restore(entry)',
    to: 'if (!staying.has(entry)) directory.register(each, each)',
    tests: [replica],
  },
  {
    name: 'a snapshot knows the places of those who left',
    file: 'src/registry/calls/calls-snapshot.ts',
    from: "(numberOf(standIn) ?? 'gone')",
    to: 'numberOf(standIn)',
    tests: [replica],
  },
  {
    name: 'watchers are told the difference',
    file: 'src/registry/calls/calls-snapshot.ts',
    from: 'for (const push of differences(exchange, before, staying)) exchange.changed(push)',
    to: '',
    tests: [replica],
  },
  {
    name: 'what happens before a request is decided is told before its reply',
    file: 'src/registry/connection/dialogue.ts',
    from: 'this.#waits = true\n    // What others do before it is decided comes before the reply.\n    this.#told = undefined',
    to: "this.#waits = true\n    this.#told = ''",
    tests: ['test/registry/connection/decided-later.test.ts'],
  },
]

const root = join(import.meta.dir, '..')
const [, , part = ''] = process.argv
const chosen = mutations.filter(({ name }) => name.includes(part))
// Else a test would prove nothing by failing.
for (const test of new Set(chosen.flatMap(({ tests }) => tests))) {
  if (await failsIn(root, test)) throw new Error(`${test} fails as it is`)
}
let missed = 0
for (const mutation of chosen) {
  const began = performance.now()
  const caught = await catches(mutation)
  const seconds = ((performance.now() - began) / 1_000).toFixed(0)
  if (!caught) missed += 1
  console.log(
    `${caught ? 'caught' : 'MISSED'}  ${mutation.name}  (${caught ?? mutation.tests.join(', ')}, ${seconds} s)`,
  )
}
process.exitCode = missed === 0 ? 0 : 1

/** The first test file that fails, if one does. */
async function catches({ file, from, to, tests }: Mutation): Promise<string | undefined> {
  const copy = mkdtempSync(join(tmpdir(), 'encontro-mutation-'))
  try {
    const ours = (path: string) => !/\/(node_modules|\.git|\.encontro|\.build)(\/|$)/.test(path)
    cpSync(root, copy, { recursive: true, filter: (path) => path === root || ours(path) })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const path = join(copy, file)
    const source = readFileSync(path, 'utf8')
    if (source.split(from).length !== 2) throw new Error(`${file} does not have once: ${from}`)
    writeFileSync(
      path,
      source.replace(from, () => to),
    )
    for (const test of tests) if (await failsIn(copy, test)) return test
    return undefined
  } finally {
    rmSync(copy, { recursive: true })
  }
}

async function failsIn(directory: string, test: string): Promise<boolean> {
  const child = Bun.spawn([process.execPath, 'test', '--timeout=60000', test], {
    ...{ cwd: directory, stdout: 'ignore', stderr: 'ignore' },
  })
  return (await child.exited) !== 0
}
