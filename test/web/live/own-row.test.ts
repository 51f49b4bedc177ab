import { expect, test } from 'bun:test'
import { openTab, type TestTab } from '../../support/tab.ts'
import { startTestWeb } from '../../support/web.ts'

/** How the rows of that person have come, in order. */
const rowsOf = ({ messages }: TestTab, name: string): string[] =>
  messages.flatMap((message) =>
    [...message.matchAll(/<li id="\w+" class="([\w -]+)"><a [^>]*>([^<]*)</g)]
      .filter((row) => row[2] === name)
      .map((row) => row[1] ?? ''),
  )

// Else it stood in the list until it was marked, and what is below it moved twice.
test('never gets its own row without its mark: not as it comes, nor as it changes', async () => {
  await using before = await startTestWeb()
  const ana = before.visitor()
  await ana.register('Ana', 5001)
  await using site = await startTestWeb()
  const back = site.visitor()
  back.takeCookiesOf(ana, site.url)
  for (const [at, name] of ['Bia', 'Caio', 'Davi'].entries()) {
    const peer = await site.tcp.connect()
    await peer.ask(`register,${name},${6_000 + at}`)
  }
  const tab = await openTab(site, back)
  await tab.saw('4 pessoas')
  const peer = await site.tcp.connect()
  await peer.ask('register,Eva,7000')
  await peer.ask('ready')
  await tab.saw('data-call-name="Eva"')
  // Both rows change: busy, and free again.
  const free = tab.messages.length
  const [, call] = (await peer.ask('call,Ana')).split(',')
  expect(await tab.saw('>Eva<', free)).toContain('>Ana<')
  const busy = tab.messages.length
  await peer.ask(`hangup,${call}`)
  expect(await tab.saw('>Eva<', busy)).toContain('>Ana<')
  expect(new Set(rowsOf(tab, 'Ana'))).toEqual(new Set(['person person--mine']))
  expect(rowsOf(tab, 'Eva')[0]).toBe('person person--new')
})
