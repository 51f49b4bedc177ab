import { describe, expect, test } from 'bun:test'
import { noRefusals } from '../../src/limits/web-limiter.ts'
import { describe as describeEntry, type LogEntry } from '../../src/log/log.ts'
import { tellRefusals } from '../../src/log/refusal-summary.ts'
import { eventually } from '../support/eventually.ts'
import { startTestRegistry } from '../support/registry.ts'
import { startTestWeb } from '../support/web.ts'

const fewMs = 20

function counting(everyMs?: number) {
  const registry = { signIn: 0, tooFast: 0 }
  const web = { ...noRefusals }
  const logged: LogEntry[] = []
  const counts = () => ({ registry: { ...registry }, web: { ...web } })
  const { stop } = tellRefusals(counts, (entry) => logged.push(entry), everyMs)
  return { registry, web, logged, stop }
}

describe('how much was refused since the start', () => {
  test('is told only where it has become more', async () => {
    const { registry, web, logged, stop } = counting(fewMs)
    await Bun.sleep(3 * fewMs)
    expect(logged).toEqual([])
    registry.signIn += 2
    await eventually('a line', () => logged.length > 0)
    await Bun.sleep(3 * fewMs)
    web.codes += 1
    await eventually('another line', () => logged.length > 1)
    await Bun.sleep(3 * fewMs)
    await stop()
    const told = { event: 'refusals.counted', registry: { signIn: 2, tooFast: 0 } }
    expect(logged).toEqual([
      { ...told, web: noRefusals } as LogEntry,
      { ...told, web: { ...noRefusals, codes: 1 } } as LogEntry,
    ])
    web.codes += 1
    await Bun.sleep(3 * fewMs)
    expect(logged).toHaveLength(2)
  })

  test('is told a last time at the end, however soon that is', async () => {
    const { web, logged, stop } = counting()
    web.requests += 1
    await stop()
    expect(logged.map((entry) => describeEntry(entry, 'pt'))).toEqual([
      'Recusas desde o início: página web: 1 pedidos demais',
    ])
  })

  test.each(['pt', 'en'] as const)(
    'has words in %s for everything that is counted',
    async (language) => {
      await using registry = startTestRegistry()
      await using site = await startTestWeb()
      const all = (counts: Readonly<Record<string, number>>) =>
        Object.fromEntries(Object.keys(counts).map((limit) => [limit, 1]))
      const entry: LogEntry = {
        event: 'refusals.counted',
        registry: all(registry.closed),
        web: all(site.web.refused) as typeof noRefusals,
      }
      const line = describeEntry(entry, language)
      // Names are in English, and those of two words in camel case.
      const names = [...Object.keys(registry.closed), ...Object.keys(site.web.refused)]
      for (const name of names) expect(line).not.toMatch(new RegExp(`1 ${name}\\b`))
      expect(line.match(/\b1 /g)).toHaveLength(names.length)
    },
  )
})
