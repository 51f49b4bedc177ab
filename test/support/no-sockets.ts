import type { Endpoint } from '../../src/endpoint.ts'

/** A proxy that passes on everything but WebSockets, as some do. */
export type ProxyWithoutSockets = {
  readonly url: string
  /** What it was asked for, but files: method and path. */
  readonly asked: string[]
  /** From now on it answers to nothing, or again. */
  away: (isAway: boolean) => void
  /** From now on a WebSocket is passed on too. */
  passSockets: () => void
  stop: () => Promise<void>
}

type Leg = { upstream?: WebSocket; waiting: string[] }

export function startProxyWithoutSockets(site: {
  url: string
  web: { endpoint: Endpoint }
}): ProxyWithoutSockets {
  const asked: string[] = []
  let passes = false
  let away = false
  const server = Bun.serve<Leg & { headers: Record<string, string> }>({
    hostname: '127.0.0.1',
    port: 0,
    development: false,
    async fetch(request, itself) {
      const { pathname, search } = new URL(request.url)
      const headers = Object.fromEntries(request.headers)
      if (request.headers.get('Upgrade') === 'websocket') {
        if (away || !passes) return new Response('no WebSockets here', { status: 502 })
        const { cookie = '', origin = '', host = '' } = headers
        itself.upgrade(request, { data: { waiting: [], headers: { cookie, origin, host } } })
        return undefined
      }
      if (!pathname.startsWith('/assets/')) asked.push(`${request.method} ${pathname}${search}`)
      if (away) return new Response('', { status: 504 })
      const body = request.method === 'POST' ? await request.arrayBuffer() : undefined
      const to = site.url + pathname + search
      const how = {
        method: request.method,
        headers,
        redirect: 'manual',
        decompress: false,
      } as const
      return fetch(to, { ...how, ...(body ? { body } : {}) })
    },
    websocket: {
      open(socket) {
        const { headers, waiting } = socket.data
        const to = `${site.url.replace('http', 'ws')}/live`
        const upstream = new WebSocket(to, { headers } as unknown as string[])
        socket.data.upstream = upstream
        upstream.onopen = () => {
          for (const each of waiting.splice(0)) upstream.send(each)
        }
        upstream.onmessage = ({ data }) => socket.send(data)
        upstream.onclose = ({ code, reason }) => socket.close(code, reason)
      },
      message({ data: { upstream, waiting } }, message) {
        if (upstream?.readyState === WebSocket.OPEN) upstream.send(String(message))
        else waiting.push(String(message))
      },
      close: ({ data: { upstream } }) => upstream?.close(),
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    away(isAway) {
      away = isAway
    },
    passSockets() {
      passes = true
    },
    stop: () => server.stop(true),
  }
}
