import { registeredBrowser } from '../browser.ts'
import { type Audience, inHands, type News, type OnArrival, readOnce } from './audience.ts'
import type { Change } from './changes.ts'

/**
 * Registered browsers, each with the list open at its first page: as the server sees them, WebSockets
 * that say what they look at. A change has arrived when the row came or went.
 */
export async function openBrowsers(
  url: string,
  count: number,
  pages: number,
  onArrival: OnArrival,
): Promise<Audience> {
  const received = { bytes: 0, messages: 0 }
  const known = new Int32Array(count * pages)
  const read = readOnce(reader())

  /** Resolves once the page shows its list. */
  async function open(headers: Record<string, string>, page: number): Promise<void> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, {
      headers,
    } as unknown as string[])
    const shown = Promise.withResolvers<void>()
    socket.onopen = () => socket.send('{"filter":"","order":"name","pages":"1"}')
    socket.onclose = ({ code }) => shown.reject(new Error(`a page was closed: ${code}`))
    socket.onmessage = ({ data }) => {
      const { bytes, changes, people } = read(String(data))
      received.bytes += bytes
      received.messages += 1
      onArrival(changes)
      if (people === undefined) return
      known[page] = people
      shown.resolve()
    }
    await shown.promise
  }

  await inHands(count, async (browser) => {
    const visitor = await registeredBrowser(url, `Pessoa ${browser}`, 20_000 + browser)
    // Bun's own option, which the types of browsers do not know: a page has its cookie anyway.
    const headers = { Cookie: visitor.cookieHeader, Origin: url }
    for (let page = 0; page < pages; page += 1) await open(headers, browser * pages + page)
  })
  return { received, allKnow: (people) => known.every((count) => count === people) }
}

/** Reads the HTML that htmx would swap. A row that goes is named by its id alone. */
function reader(): (html: string) => News {
  const names = new Map<string, string>()
  return (html) => {
    const changes: Change[] = []
    const gone = html.match(/<hx-partial hx-target="([^"]*)" hx-swap="delete"/)?.[1] ?? ''
    for (const [, id = ''] of gone.matchAll(/#(\w+)/g)) changes.push(`left ${names.get(id)}`)
    for (const [, id = '', name = ''] of html.matchAll(/<li id="(\w+)" [^>]*><a [^>]*>([^<]*)</g)) {
      names.set(id, name)
      changes.push(`joined ${name}`)
    }
    const people = html.match(/#count"[^>]*>([\d.]+)/)?.[1]?.replaceAll('.', '')
    return {
      bytes: Buffer.byteLength(html),
      changes,
      // They say how many there are.
      growth: 0,
      people: people === undefined ? undefined : Number(people),
    }
  }
}
