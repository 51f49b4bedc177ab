/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Server, ServerWebSocket } from 'bun'
import { raw } from 'hono/html'
import type { CallNews, CallWish } from '../../../src/page-protocol.ts'
import { type Language, languages } from '../../../src/text/languages.ts'
import { loadAssets } from '../../../src/web/assets/assets.ts'
import { CallArea } from '../../../views/call.tsx'
import { Layout } from '../../../views/layout.tsx'

type Tab = { name: string }
type Socket = ServerWebSocket<Tab>
type Call = { id: string; from: string; to: string; caller?: Socket; callee?: Socket }

const ip = '127.0.0.1'

/**
 * The call page with a server that knows nothing but how calls are passed on: for what the page
 * does, also with a server that misbehaves or is away. `/ana` is the page of Ana, who can call
 * everybody who has a page open.
 */
export async function startToySite() {
  const assets = await loadAssets()
  const tabs = new Set<Socket>()
  const calls = new Map<string, Call>()
  let away = false
  let ringsForMs = 45_000
  let count = 0

  const pageOf = (name: string, language: Language) => {
    const t = languages[language]
    const content = (
      <section>
        <h1>{name}</h1>
        {['ana', 'bia', 'caio'].map((other) => (
          <button class="button" type="button" data-call-name={other} data-call-ip={ip}>
            {`Ligar ${other}`}
          </button>
        ))}
        <label for="filter">Filtrar</label>
        <input id="filter" class="input" />
      </section>
    )
    const frame = {
      language,
      asset: assets.url,
      base: '',
      path: `/${name}`,
      me: { name, ip },
      maxMembers: 6,
    }
    const html = String(
      <Layout frame={frame} title={name}>
        {content}
      </Layout>,
    )
    if (html.includes('id="call-area"')) return html
    return html.replace('</body>', `${<CallArea t={t} base="" maxMembers={6} />}</body>`)
  }

  const tell = (socket: Socket | undefined, call: CallNews) =>
    socket?.send(JSON.stringify({ call }))
  const tabsOf = (name: string) => [...tabs].filter((tab) => tab.data.name === name)
  const isBusy = (name: string) =>
    [...calls.values()].some(({ from, to }) => from === name || to === name)

  function over(call: Call, by: Socket, news: CallNews): void {
    calls.delete(call.id)
    const isCaller = by.data.name === call.from
    const other = isCaller ? call.callee : call.caller
    for (const tab of other ? [other] : tabsOf(isCaller ? call.to : call.from)) tell(tab, news)
  }

  function obey(socket: Socket, wish: CallWish): void {
    const me = socket.data.name
    if (wish.kind === 'call') {
      const there = tabsOf(wish.name)
      const code = there.length === 0 ? 'unknown-user' : isBusy(wish.name) ? 'busy' : undefined
      const { tag } = wish
      if (code) return void tell(socket, { kind: 'refused', wish: 'call', tag, code })
      count += 1
      const id = `call-${count}`
      calls.set(id, { id, from: me, to: wish.name, caller: socket })
      tell(socket, { kind: 'ringing', id, direction: 'out', name: wish.name, ip, ringsForMs, tag })
      for (const tab of there) {
        tell(tab, { kind: 'ringing', id, direction: 'in', name: me, ip, ringsForMs })
      }
      return
    }
    const call = calls.get(wish.id)
    if (!call) {
      tell(socket, { kind: 'refused', wish: wish.kind, id: wish.id, code: 'unknown-call' })
      return
    }
    const { id } = call
    switch (wish.kind) {
      case 'accept':
        call.callee = socket
        for (const tab of tabsOf(me)) if (tab !== socket) tell(tab, { kind: 'elsewhere', id })
        tell(call.caller, {
          kind: 'accepted',
          id,
          name: call.to,
          ip,
          polite: false,
          iceServers: [],
        })
        tell(socket, { kind: 'accepted', id, name: call.from, ip, polite: true, iceServers: [] })
        return
      case 'decline':
        for (const tab of tabsOf(me)) if (tab !== socket) tell(tab, { kind: 'elsewhere', id })
        return over(call, socket, { kind: 'declined', id })
      case 'hangup':
        return over(call, socket, {
          kind: 'ended',
          id,
          reason: call.callee ? 'hangup' : 'cancelled',
        })
      case 'signal':
        tell(me === call.from ? call.callee : call.caller, wish)
        return
      case 'resume':
        if (me === call.from) call.caller = socket
        else call.callee = socket
        tell(socket, { ...wish, kind: 'resumed', iceServers: [] })
    }
  }

  const server: Server<Tab> = Bun.serve<Tab>({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request, server) {
      const { pathname, searchParams } = new URL(request.url)
      if (pathname === '/live') {
        const name = new URL(request.headers.get('Cookie')?.replace('name=', 'x:') ?? 'x:').pathname
        if (away) return new Response('away', { status: 503 })
        return server.upgrade(request, { data: { name } })
          ? undefined
          : new Response('', { status: 400 })
      }
      const asset = assets.get(pathname.replace('/assets/', ''))
      if (asset)
        return new Response(asset.body('identity'), { headers: { 'Content-Type': asset.type } })
      const name = pathname.slice(1)
      const language = searchParams.get('language') === 'en' ? 'en' : 'pt'
      return new Response(String(raw(pageOf(name, language))), {
        headers: {
          'Content-Type': 'text/html; charset=utf-8',
          'Set-Cookie': `name=${name}; Path=/`,
          'Content-Security-Policy': "default-src 'self'; img-src 'self' data:",
        },
      })
    },
    websocket: {
      // With the first message the script of calls comes.
      open: (socket) => void socket.send('{"beat":1}'),
      close: (socket) => void tabs.delete(socket),
      message(socket, text) {
        const said = JSON.parse(String(text))
        if (said.takesCalls) tabs.add(socket)
        if (said.call) obey(socket, said.call)
      },
    },
  })
  const beat = setInterval(() => {
    for (const tab of tabs) tab.send('{"beat":1}')
  }, 2_000)

  return {
    url: server.url.href.replace(/\/$/, ''),
    calls,
    tabs: (name: string) => tabsOf(name).length,
    setRingsForMs(value: number) {
      ringsForMs = value
    },
    /** Tells every tab of that name, as a server that has its own view of things. */
    tell: (name: string, news: CallNews) => {
      for (const tab of tabsOf(name)) tell(tab, news)
    },
    goAway() {
      away = true
      for (const tab of tabs) tab.terminate()
    },
    /** Comes back; with `forgotten`, without its calls. */
    comeBack(forgotten = false) {
      if (forgotten) calls.clear()
      away = false
    },
    async [Symbol.asyncDispose]() {
      clearInterval(beat)
      await server.stop(true)
    },
  }
}
