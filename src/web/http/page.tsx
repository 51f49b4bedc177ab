/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Child } from 'hono/jsx'
import type { Frame } from '../../../views/layout.tsx'
import { encode } from '../../build/coding.ts'
import { languages } from '../../text/languages.ts'
import type { Text } from '../../text/pt.ts'
import { codingFor } from '../assets/accepted-coding.ts'
import { cookieForScript, readCookie } from './cookies.ts'
import { languageOf } from './language.ts'
import type { PageFrame } from './page-frame.tsx'

/** What a page needs beside its content. `me` is the registration of the browser. */
type PageProps = {
  title: string
  me?: { name: string } | undefined
  /** It is the operator's page: before or after signing in. */
  operator?: Frame['operator']
}

declare module 'hono' {
  interface ContextRenderer {
    // biome-ignore lint/style/useShorthandFunctionType: Hono finds it by this interface
    (content: Child, props: PageProps): Response | Promise<Response>
  }
}

export const textOf = (c: Context): Text => languages[languageOf(c)]

/** Whether htmx asks, and so wants a fragment. */
export const wantsFragment = (c: Context): boolean => c.req.header('HX-Request') === 'true'

/** `c.render` makes whole pages from now on, with that frame around their content, and the operator's notice. */
export const framePages = (frame: PageFrame, notice: () => string) =>
  createMiddleware(async (c, next) => {
    c.setRenderer((content, { title, me, operator }) => {
      const url = new URL(c.req.url)
      const path = c.req.method === 'GET' ? url.pathname + url.search : `${baseOf(c)}/`
      const props = {
        language: languageOf(c),
        title,
        path,
        notice: notice(),
        ...(me ? { me } : {}),
        operator,
        isAddressesTold: readCookie(c, addressesTold) !== undefined,
        addressesCookie: cookieForScript(c, addressesTold, 'told'),
        hasNoDevices: hasNoDevices(c),
      }
      return sendHtml(c, frame.around(props, String(content)))
    })
    await next()
  })

/** The cookie of browsers whose person knows what a call shows of them. */
const addressesTold = 'encontro-addresses'

/**
 * Whether the browser gives this page no camera, since it came without TLS from another machine. Browsers
 * send this header where they trust a page with devices, and nowhere else (Fetch Metadata, section 2.2).
 */
const hasNoDevices = (c: Context): boolean =>
  c.get('requestOrigin').origin.protocol === 'http:' && c.req.header('Sec-Fetch-Site') === undefined

/** Answers with a whole page, or with a fragment where htmx asks. */
export function respond(
  c: Context,
  { content, fragment = content, ...page }: PageProps & { content: Child; fragment?: Child },
): Response | Promise<Response> {
  // A page and a fragment may share a URL; caches must tell them apart (RFC 9110, section 12.5.5).
  c.header('Vary', 'HX-Request, Accept-Language, Cookie', { append: true })
  return wantsFragment(c) ? sendHtml(c, String(fragment)) : c.render(content, page)
}

/** Bytes that Bun gathers before it sends. */
const bunGathers = 16 * 1024

const sendHtml = (c: Context, html: string): Response =>
  sendText(c, html, 'text/html; charset=UTF-8')

/**
 * Bun (1.4.5) sends an answer that is larger, and made in a later turn of the event loop, header by header,
 * each in a packet of its own. A stream goes out in one piece.
 */
export function sendText(
  c: Context,
  text: string,
  type: 'text/html; charset=UTF-8' | 'application/json',
): Response {
  const bytes = encoded(c, text)
  c.header('Content-Type', type)
  if (bytes.length < bunGathers / 2) return c.body(bytes)
  return c.body(
    new ReadableStream({
      start(controller) {
        controller.enqueue(bytes)
        controller.close()
      },
    }),
  )
}

/** Bytes that are sent in one packet in any case: smaller ones gain nothing. */
const onePacket = 1_200

/**
 * A list takes a fifth of its bytes, for a fifteenth of the time that it takes to make it. The form's secret
 * is another one in each answer, so its length tells nobody anything (SECURITY.md).
 */
function encoded(c: Context, html: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(html)
  c.header('Vary', 'Accept-Encoding', { append: true })
  const coding = codingFor(c.req.header('Accept-Encoding'), ['gzip', 'identity'])
  // A client that says that it takes none is still better served by a page.
  if (coding !== 'gzip' || bytes.length < onePacket) return bytes
  c.header('Content-Encoding', coding)
  return encode(coding, bytes, 'at-once')
}

/** The path that all of ours begin with. */
export const baseOf = (c: Context): string => c.get('requestOrigin').base

/** Sends the browser, or htmx in it, to another page of ours. `page` is its path after the base. */
export function goTo(c: Context, page: string): Response {
  const path = baseOf(c) + page
  if (!wantsFragment(c)) return c.redirect(path, 303)
  // htmx would follow a redirect by itself and swap the page in as a fragment.
  c.header('HX-Redirect', path)
  return c.body(null, 204)
}
