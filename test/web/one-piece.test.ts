import { expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { connectRaw } from '../support/raw-http.ts'
import { startTestWeb } from '../support/web.ts'

const hasSs = Bun.which('ss') !== null
if (!hasSs) console.warn('skipped, packets of a page: iproute2 is not installed')

/** Segments with data that came to that port of ours (`tcpi_data_segs_in`, tcp(7)). */
function segmentsTo(port: number): number {
  const { stdout } = Bun.spawnSync(['ss', '-tinH', 'sport', '=', `:${port}`])
  return Number(/data_segs_in:(\d+)/.exec(stdout.toString())?.[1] ?? Number.NaN)
}

test.skipIf(!hasSs && !process.env.CI).each([
  ['somebody', '/person?name=Bia&ip=127.0.0.1', 200],
  ['nobody', '/person?name=Ninguém&ip=127.0.0.1', 404],
])(
  'a page about %s, for which the registry is asked, comes in few packets',
  async (_, path, status) => {
    await using site = await startTestWeb()
    const [ana, bia] = [site.visitor(), site.visitor()]
    await bia.register('Bia', 5001)
    await ana.register('Ana', 5002)
    const { socket, received } = await connectRaw(site.url)
    const host = new URL(site.url).host
    socket.write(
      `GET ${encodeURI(path)} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${ana.cookieHeader}\r\n\r\n`,
    )
    await eventually('the whole page', () => received().includes('</html>'))
    expect(received()).toStartWith(`HTTP/1.1 ${status} `)
    // Larger than what Bun gathers by itself, or this would prove nothing.
    expect(received().length).toBeGreaterThan(16 * 1024)
    expect(segmentsTo(socket.localPort ?? 0)).toBeLessThan(8)
    socket.destroy()
  },
)
