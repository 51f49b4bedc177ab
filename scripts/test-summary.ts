/** Prints the counts of a JUnit report in one line: `N passed, N failed, N skipped`. */
const path = process.argv[2] ?? 'test-report.xml'
const report = Bun.file(path)
if (!(await report.exists())) {
  console.error(`${path}: no test ran`)
  process.exit(1)
}
const root = (await report.text()).match(/<testsuites[^>]*>/)?.[0] ?? ''
const count = (name: string) => Number(root.match(new RegExp(` ${name}="(\\d+)"`))?.[1] ?? 0)
const [tests, failed, skipped] = [count('tests'), count('failures'), count('skipped')]
console.log(`${tests - failed - skipped} passed, ${failed} failed, ${skipped} skipped`)

export {}
