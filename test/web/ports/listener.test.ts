import { expect, test } from 'bun:test'
import type { Tab } from '../../../src/web/live/tab.ts'
import { Listener } from '../../../src/web/ports/listener.ts'

/** A port on which everything has a bug. */
function startBroken() {
  const failures: string[] = []
  const broken = (where: string) => (): never => {
    throw new Error(where)
  }
  const listener = new Listener({
    hostname: '127.0.0.1',
    port: 0,
    sharesPort: false,
    certificate: undefined,
    maxBodyBytes: 1_024,
    fetch: (request, server) =>
      server.upgrade(request, { data: {} as Tab })
        ? new Response()
        : request.method === 'GET'
          ? broken('at once')()
          : Promise.reject(new Error('later')),
    websocket: {
      open: async () => broken('open')(),
      message: broken('message'),
      pong: () => {},
      close: broken('close'),
    },
    failed: (where, error) => failures.push(`${where}: ${(error as Error).message}`),
  })
  return { listener, failures, url: `http://127.0.0.1:${listener.port}` }
}

test('of a bug the browser learns that it is one, and nothing else', async () => {
  const { listener, failures, url } = startBroken()
  for (const method of ['GET', 'POST']) {
    const answer = await fetch(url, { method })
    expect(answer.status).toBe(500)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(await answer.text()).toBe('500')
  }
  expect(failures).toEqual(['HTTP: at once', 'HTTP: later'])
  await listener.stop()
})

test('a bug in a WebSocket ends that socket, not the process', async () => {
  const { listener, failures, url } = startBroken()
  const socket = new WebSocket(url.replace('http', 'ws'))
  const closed = Promise.withResolvers<void>()
  socket.onopen = () => socket.send('x')
  socket.onclose = () => closed.resolve()
  await closed.promise
  expect(failures.toSorted()).toEqual(['WebSocket: open', 'WebSocket: close'].toSorted())
  expect((await fetch(url)).status).toBe(500)
  await listener.stop()
})
