import { expect, test } from 'bun:test'
import { describe as describeEntry, type LogEntry } from '../../../src/log/log.ts'
import { startTestWeb, type TestWeb } from '../../support/web.ts'

/** A browser that opened http://encontro.example, behind a proxy that says whatever host it likes. */
const page = 'http://encontro.example'
const upgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

const form = (site: TestWeb, headers: Record<string, string>) =>
  fetch(`${site.url}/language`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ language: 'en' }),
    headers,
  })
const socket = (site: TestWeb, headers: Record<string, string>) =>
  fetch(`${site.url}/live`, { headers })

async function startLogged() {
  const logged: LogEntry[] = []
  const clock = { now: 0 }
  const site = await startTestWeb({
    publicHosts: ['encontro.example'],
    log: (entry) => logged.push(entry),
    now: () => clock.now,
  })
  const hints = () =>
    logged
      .filter(({ event }) => event === 'proxy.suspected')
      .map((entry) => describeEntry(entry, 'pt'))
  return { site, hints, clock }
}

test('a proxy that does not pass on Host is named, with its cure, in the log and in the page', async () => {
  const { site, hints, clock } = await startLogged()
  await using _ = site
  const answer = await form(site, { Origin: page })
  expect(answer.status).toBe(403)
  expect(await answer.text()).toContain('o cabeçalho Host')
  expect(hints()).toHaveLength(1)
  expect(hints()[0]).toContain(`encontro.example, que chegou para 127.0.0.1:`)
  expect(hints()[0]).toContain('proxy_set_header Host $http_host;')
  // As often as somebody tries, once a minute.
  for (let turn = 0; turn < 5; turn += 1) {
    expect((await socket(site, { ...upgrade, Origin: page })).status).toBe(403)
    expect((await form(site, { Referer: `${page}/people` })).status).toBe(403)
  }
  expect(hints()).toHaveLength(1)
  clock.now += 60_000
  expect((await socket(site, { ...upgrade, Origin: page })).status).toBe(403)
  expect(hints()).toHaveLength(2)
})

test('so is one that does not pass on Upgrade', async () => {
  const { site, hints } = await startLogged()
  await using _ = site
  expect((await socket(site, { Host: 'encontro.example', Origin: page })).status).toBe(426)
  expect(hints()).toHaveLength(1)
  expect(hints()[0]).toContain('proxy_set_header Upgrade $http_upgrade;')
})

test.each([
  {
    what: 'says that it is another site',
    headers: { Origin: page, 'Sec-Fetch-Site': 'cross-site' },
  },
  { what: 'hides its origin', headers: { Origin: 'null' } },
  { what: 'is an extension', headers: { Origin: 'chrome-extension://abcdefgh' } },
  { what: 'says nothing', headers: {} },
])('a page that $what is refused as ever, and no proxy is suspected', async ({ headers }) => {
  const { site, hints } = await startLogged()
  await using _ = site
  const answer = await form(site, headers as Record<string, string>)
  expect(answer.status).toBe(403)
  expect(await answer.text()).toContain('O pedido não veio desta página.')
  expect((await socket(site, { ...upgrade, ...headers } as Record<string, string>)).status).toBe(
    403,
  )
  expect(hints()).toEqual([])
})

test('what a browser says of itself is one short line of the log', async () => {
  const { site, hints } = await startLogged()
  await using _ = site
  await form(site, { Origin: `http://\u00e9${'a'.repeat(5_000)}.example/\u001b[31m` })
  await form(site, { Origin: `http://${'a'.repeat(5_000)}.example` })
  expect(hints()).toHaveLength(1)
  expect(hints()[0]?.length).toBeLessThan(600)
  expect(hints()[0]).toMatch(/^[^\p{Cc}]+$/u)
})
