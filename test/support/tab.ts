import { eventually } from './eventually.ts'
import { anybodysWord } from './process.ts'
import type { Visitor } from './visitor.ts'
import type { TestWeb } from './web.ts'

/** An open page, as far as the server can tell: a WebSocket that says what it looks at. */
export type TestTab = {
  readonly messages: string[]
  /** How the server closed it, if it has. */
  readonly closed: () => number | undefined
  say: (view: Record<string, unknown>) => void
  sayText: (text: string) => void
  /** All messages so far that are HTML, joined. */
  html: () => string
  /** Resolves with the first message from number `from` on that contains `text`. */
  saw: (text: string, from?: number) => Promise<string>
  close: () => void
}

let pages = 0

export async function openTab(
  site: Pick<TestWeb, 'url'>,
  visitor: Visitor,
  view: Record<string, unknown> | null = { filter: '', order: 'name', pages: '1' },
  headers: Record<string, string> = {},
  takesCalls = true,
): Promise<TestTab> {
  const messages: string[] = []
  let code: number | undefined
  // Bun's own option, which the types of browsers do not know: a page has its cookie anyway.
  const own = { Cookie: visitor.cookieHeader, Origin: site.url }
  const options = { headers: { ...own, ...headers }, ...anybodysWord }
  const url = `${site.url.replace('http', 'ws')}/live`
  const socket = new WebSocket(url, options as unknown as string[])
  socket.onmessage = ({ data }) => messages.push(String(data))
  const opened = Promise.withResolvers<void>()
  socket.onopen = () => opened.resolve()
  socket.onclose = (event) => {
    code = event.code
    opened.resolve()
  }
  await opened.promise
  const say = (said: Record<string, unknown>) => socket.send(JSON.stringify(said))
  if (takesCalls && code === undefined) say({ takesCalls: true, page: String(++pages) })
  if (view && code === undefined) say(view)
  return {
    messages,
    closed: () => code,
    say,
    sayText: (text) => socket.send(text),
    html: () => messages.filter((text) => !text.startsWith('{')).join('\n'),
    saw: (text, from = 0) =>
      eventually(`a message with ${text}, after ${messages.join('\n')}`, () =>
        messages.slice(from).find((message) => message.includes(text)),
      ),
    close: () => socket.close(),
  }
}
