/**
 * Starts the program: as it was built before, where that is still true to the source, or from the
 * source. The one is the other, in a third of the time.
 */
import { keptBuild } from './build/kept-build.ts'

/** Bun follows the files that were loaded, which would be those of the build. */
const isWatched = process.execArgv.some((option) => /^--(watch|hot)$/.test(option))
const kept = isWatched ? undefined : keptBuild()

if (kept) {
  await require(kept.program).main(kept)
} else {
  const { main } = await import('./program.ts')
  await main()
  const { keepLater } = await import('./build/keep-later.ts')
  if (!isWatched) keepLater()
}
