/**
 * Runs the tests as `bun test` does, in less time: first the files that can share the
 * machine, two at a time, then one by one the files that measure what one peer costs the others.
 * Both runs go to their end. Leaves two JUnit reports. Some files that take a minute or more each
 * are left to `bun test`.
 */

// A machine that does two things is slower at each of them.
const patienceMs = 20_000

/** Files that measure, fill the machine or need all of its network. */
const alone = [
  'test/attacks/',
  'test/bench/',
  'test/browser/chromium-and-firefox.test.ts',
  'test/fuzz/',
  'test/process/attacks.test.ts',
  'test/process/connection-cap.test.ts',
  'test/process/descriptors.test.ts',
  'test/process/renewal.test.ts',
  'test/registry/floods.test.ts',
  'test/registry/slow-readers.test.ts',
  'test/web/attacks.test.ts',
  'test/limits/turns.test.ts',
  'test/web/live/unread.test.ts',
  'test/web/work.test.ts',
]

/** For want of time: a change that concerns them runs them by hand. */
const leftOut = [
  'test/networks/',
  'test/soak/',
  'test/bench/web.test.ts',
  // Three see and hear each other in `several.test.ts`.
  'test/browser/call/four.test.ts',
  // How the row of a call fits; `looks.test.ts` sees each state of a call.
  'test/browser/call/layout.test.ts',
  'test/browser/hidden-addresses.test.ts',
  'test/browser/ice-urls.test.ts',
  // Where `any-order.test.ts` has the same in its model.
  'test/browser/leaving-calls.test.ts',
  'test/browser/moving-calls.test.ts',
  'test/browser/no-cookies.test.ts',
  // The main path in WebKit sees the same.
  'test/browser/no-webrtc.test.ts',
  'test/browser/relayed-calls.test.ts',
  'test/process/silence.test.ts',
]

const isAlone = (path: string): boolean => alone.some((start) => path.startsWith(start))

async function run(report: string, files: readonly string[], ...flags: string[]): Promise<boolean> {
  const command = [process.execPath, 'test', ...flags, '--reporter=junit']
  const child = Bun.spawn([...command, `--reporter-outfile=${report}`, ...files], {
    stdio: ['inherit', 'inherit', 'inherit'],
  })
  return (await child.exited) === 0
}

const all = [...new Bun.Glob('test/**/*.test.{ts,tsx}').scanSync()]
for (const start of [...alone, ...leftOut]) {
  // It was moved, and would run where it must not.
  if (!all.some((path) => path.startsWith(start))) throw new Error(`no test is at ${start}`)
}
const files = all.filter((path) => !leftOut.some((start) => path.startsWith(start))).sort()
// Otherwise the first process that a test starts would begin it, beside the tests.
await Bun.spawn([process.execPath, 'src/build/keep.ts']).exited
const results = [
  await run(
    'test-report.together.xml',
    files.filter((path) => !isAlone(path)),
    '--parallel=2',
    `--timeout=${patienceMs}`,
    // Two browsers' tests at a time can keep one waiting for longer than that.
    '--retry=1',
  ),
  // A machine that others use too has pauses of its own, which pass; a fault of ours comes back.
  await run('test-report.alone.xml', files.filter(isAlone), '--retry=1'),
]
process.exit(results.every(Boolean) ? 0 : 1)

export {}
