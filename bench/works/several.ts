import { chromium, type Page } from 'playwright-core'
import { executablePath, newPerson } from '../../test/support/chromium.ts'
import { callingArguments } from '../../test/support/lean-chromium.ts'
import {
  bringIn,
  call,
  type Member,
  rememberConnections,
  seesAll,
} from '../../test/support/several.ts'
import { startTestWeb } from '../../test/support/web.ts'
import { treeProcessorSeconds } from '../proc.ts'
import type { Row, Work } from '../work.ts'

const names = ['Ana', 'Bia', 'Caio', 'Davi'] as const
/** For the estimates of the line to settle after somebody came. */
const settleMs = 15_000

/**
 * Calls of two, three and four, each person in a Chromium of its own, all on this machine, whose cameras
 * give five pictures a second. Processor time is that of the whole browser.
 */
export const several: Work = {
  name: 'several',
  async measure({ size }) {
    const processor = row('processor time of each browser in a call', '% of a core')
    const sent = row('sent by each browser in a call', 'kbit/s')
    await using all = new AsyncDisposableStack()
    const site = all.use(await startTestWeb())
    const people: (Member & { pid: number })[] = []
    for (const [at, name] of names.entries()) {
      const server = await chromium.launchServer({ executablePath, args: callingArguments })
      all.defer(() => server.close())
      const browser = await chromium.connect(server.wsEndpoint())
      const person = await newPerson(browser, site.url)
      await person.page.addInitScript(rememberConnections)
      await person.register(name, 5_001 + at)
      people.push({ ...person, name, pid: server.process().pid ?? 0 })
    }
    const [ana, bia, ...others] = people
    if (!ana || !bia) throw new Error('bug: a call of nobody')
    await call(ana, bia, bia.name)
    for (let count = 2; ; count += 1) {
      const talking = people.slice(0, count)
      await Promise.all(talking.map(({ page }) => seesAll(page, count - 1, 60_000)))
      const seconds = size === 'full' ? 20 : 1
      if (size === 'full') await Bun.sleep(settleMs)
      for (const figures of await look(talking, seconds)) {
        add(processor, `${count} people`, figures.processor)
        add(sent, `${count} people`, figures.kbps)
      }
      const next = others[count - 2]
      if (!next) return [processor, sent]
      await bringIn(ana, next, next.name)
      await ana.page.keyboard.press('Escape')
    }
  },
}

const row = (work: string, unit: string): Row => ({
  work,
  unit,
  samples: {},
  ratios: [],
  notes: ['all browsers share this machine: where together they take all of it, each gets less'],
})

const add = ({ samples }: Row, name: string, sample: number): void => {
  samples[name] = [...(samples[name] ?? []), sample]
}

async function look(people: readonly { page: Page; pid: number }[], seconds: number) {
  const counted = () =>
    Promise.all(
      people.map(async ({ page, pid }) => ({
        processor: treeProcessorSeconds(pid),
        bytes: await sentBytes(page),
      })),
    )
  const before = await counted()
  const began = performance.now()
  await Bun.sleep(seconds * 1_000)
  const after = await counted()
  const took = (performance.now() - began) / 1_000
  return after.map(({ processor, bytes }, at) => ({
    processor: ((processor - (before[at]?.processor ?? 0)) / took) * 100,
    kbps: ((bytes - (before[at]?.bytes ?? 0)) * 8) / 1_000 / took,
  }))
}

/** Sound and picture, to all others together. */
const sentBytes = (page: Page): Promise<number> =>
  page.evaluate(`Promise.all(testConnections.map(async (connection) => {
    if (connection.connectionState === 'closed') return 0
    const report = [...(await connection.getStats()).values()]
    return report.reduce((sum, each) => sum + (each.type === 'outbound-rtp' ? each.bytesSent : 0), 0)
  })).then((all) => all.reduce((sum, each) => sum + each, 0))`)
