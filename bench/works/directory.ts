import { startScript } from '../child.ts'
import { inTurn, type Work } from '../work.ts'

/**
 * What it costs the directory, by itself, to let somebody in and out again, with many registered
 * and with few. Each is in a process of its own; what counts is its processor time.
 */
export const directory: Work = {
  name: 'directory',
  async measure({ rounds, seconds, size }) {
    await using stack = new AsyncDisposableStack()
    const [few, many] = [100, size === 'full' ? 100_000 : 1_000]
    const withRegistered = (registered: number, script = 'directory-process.ts') => {
      const { tell, line, stop } = startScript(script, `${registered}`)
      stack.defer(stop)
      return async () => {
        tell(`${seconds}`)
        return Number(await line())
      }
    }
    const samples = await inTurn(rounds, {
      [`${few} registered`]: withRegistered(few),
      [`${many} registered`]: withRegistered(many),
      [`${few} in C`]: withRegistered(few, 'table-process.ts'),
      [`${many} in C`]: withRegistered(many, 'table-process.ts'),
    })
    return [
      {
        work: 'directory: register, unregister',
        unit: 'ns of processor',
        samples,
        ratios: [
          { of: `${many} registered`, over: `${few} registered`, target: { atMost: 2 } },
          { of: `${many} in C`, over: `${few} in C` },
        ],
        notes: [
          'in C: three tables of the same kind and nothing else, for what the memory of this machine takes',
          'the one who registers is the one who is taken out',
        ],
      },
    ]
  },
}
