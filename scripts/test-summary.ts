/** Prints the counts of all JUnit reports given, in one line: `N passed, N failed, N skipped`. */
const sums = { tests: 0, failures: 0, skipped: 0 }
for (const path of process.argv.slice(2)) {
  const report = Bun.file(path)
  if (!(await report.exists())) {
    console.error(`${path}: no test ran`)
    process.exit(1)
  }
  const root = (await report.text()).match(/<testsuites[^>]*>/)?.[0] ?? ''
  for (const name of ['tests', 'failures', 'skipped'] as const) {
    sums[name] += Number(root.match(new RegExp(` ${name}="(\\d+)"`))?.[1] ?? 0)
  }
}
const { tests, failures, skipped } = sums
console.log(`${tests - failures - skipped} passed, ${failures} failed, ${skipped} skipped`)

export {}
