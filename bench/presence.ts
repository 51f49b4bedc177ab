/**
 * What presence costs: 1,000 registered browsers with an open page each, and 1,000 TCP peers that
 * join at once. Prints the time until every page shows the right count, the bytes that were sent
 * to all pages, and the memory of the server before, with them and after.
 *
 * `bun bench/presence.ts [BROWSERS] [PEERS]`. The server is a process of its own; the browsers are
 * WebSockets of this one, which is why it takes no part of the server's time.
 */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRegistry } from '../src/client/registry-client.ts'

const [browsers = 1_000, peers = 1_000] = process.argv.slice(2).map(Number)

const server = Bun.spawn([process.execPath, join(import.meta.dir, '..', 'src', 'main.ts')], {
  env: {
    ...process.env,
    REGISTRY_PORT: '0',
    HTTP_PORT: '0',
    STATE_DIRECTORY: mkdtempSync(join(tmpdir(), 'encontro-bench-')),
  },
  stdout: 'pipe',
})
const { registryPort, url } = await ready(server.stdout)

const before = memory()
const pages = await Promise.all(Array.from({ length: browsers }, (_, index) => openPage(index)))
await all((page) => page.count >= browsers)
await Bun.sleep(3_000)
const withPages = memory()

const sentBefore = sum((page) => page.bytes)
const processorBefore = processorSeconds()
const since = performance.now()
const joined = await Promise.all(Array.from({ length: peers }, (_, index) => joinPeer(index)))
const allIn = performance.now() - since
await all((page) => page.count === browsers + peers)
const shown = performance.now() - since
const sent = sum((page) => page.bytes) - sentBefore
const processor = processorSeconds() - processorBefore
const during = memory()

for (const peer of joined) peer.close()
await all((page) => page.count === browsers)
await Bun.sleep(3_000)
const left = memory()
for (const page of pages) page.socket.close()
await Bun.sleep(15_000)
const after = memory()

console.log(`${browsers} pages open, ${peers} peers join over TCP`)
console.log(`all peers registered after      ${(allIn / 1000).toFixed(2)} s`)
console.log(`every page right after          ${(shown / 1000).toFixed(2)} s`)
console.log(`sent to all pages               ${(sent / 1e6).toFixed(1)} MB`)
console.log(`processor time of the server    ${processor.toFixed(2)} s`)
console.log(
  `memory (RSS): at start ${mb(before)}, with the pages ${mb(withPages)}, after the joins ${mb(during)}, after they left ${mb(left)}, all gone ${mb(after)}`,
)
server.kill()
process.exit(0)

type Page = { count: number; bytes: number; socket: WebSocket }

async function openPage(index: number): Promise<Page> {
  const first = await fetch(`${url}/`)
  const cookie = (response: Response) => response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const form = new URLSearchParams({ name: `Pessoa ${index}`, callPort: String(20_000 + index) })
  const registered = await fetch(`${url}/register`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
    headers: { Cookie: cookie(first), 'Sec-Fetch-Site': 'same-origin' },
  })
  if (registered.status !== 303) throw new Error(`not registered: ${registered.status}`)
  const options = { headers: { Cookie: cookie(registered), Origin: url } }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, options as unknown as string[])
  const page: Page = { count: 0, bytes: 0, socket }
  socket.onopen = () => socket.send('{"filter":"","order":"name","pages":"1"}')
  socket.onmessage = ({ data }) => {
    const text = String(data)
    page.bytes += Buffer.byteLength(text)
    const shownCount = text.match(/id="count"[^>]*>([\d.]+)/)?.[1]
    if (shownCount) page.count = Number(shownCount.replaceAll('.', ''))
  }
  return page
}

async function joinPeer(index: number) {
  const peer = await connectRegistry({ hostname: '127.0.0.1', port: registryPort })
  const answer = await peer.ask({
    verb: 'register',
    name: `Par ${index}`,
    callPort: 10_000 + index,
  })
  if (!answer.ok) throw new Error(`not registered: ${answer.error}`)
  return peer
}

async function all(right: (page: Page) => boolean): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!pages.every(right)) {
    if (performance.now() > deadline) throw new Error('some pages never got there')
    await Bun.sleep(5)
  }
}

async function ready(output: ReadableStream<Uint8Array>) {
  let text = ''
  for await (const chunk of output) {
    text += new TextDecoder().decode(chunk)
    if (text.includes('Para experimentar')) break
  }
  // The rest of the log is read and dropped, as a service manager would take it away.
  ;(async () => {
    for await (const _ of output);
  })().catch(() => {})
  return {
    registryPort: Number(text.match(/iniciado em \S+:(\d+)/)?.[1]),
    url: text.match(/(http:\S+)\//)?.[1] ?? '',
  }
}

function sum(of: (page: Page) => number): number {
  return pages.reduce((total, page) => total + of(page), 0)
}

/** Bytes. */
function memory(): number {
  const kilobytes = readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1]
  return Number(kilobytes) * 1024
}

function processorSeconds(): number {
  const fields =
    readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
