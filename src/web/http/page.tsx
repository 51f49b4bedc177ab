/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Context } from 'hono'
import type { Child } from 'hono/jsx'
import { languages } from '../../text/languages.ts'
import type { Text } from '../../text/pt.ts'
import { languageOf } from './language.ts'
import type { PageFrame } from './page-frame.tsx'

/** What every page area needs to draw a page. */
export type PageParts = { frame: PageFrame }

export const textOf = (c: Context): Text => languages[languageOf(c)]

/** Whether htmx asks, and so wants a fragment. */
export const wantsFragment = (c: Context): boolean => c.req.header('HX-Request') === 'true'

/** A whole page. `me` is whom the browser is registered as. */
export function page(
  c: Context,
  { frame }: PageParts,
  title: string,
  me: { name: string } | undefined,
  content: Child,
): ReturnType<Context['html']> {
  const url = new URL(c.req.url)
  const path = c.req.method === 'GET' ? url.pathname + url.search : `${baseOf(c)}/`
  const framed = { language: languageOf(c), title, path, ...(me ? { me } : {}) }
  // A page and a fragment may share a URL; caches must tell them apart (RFC 9110, section 12.5.5).
  c.header('Vary', 'HX-Request, Accept-Language, Cookie')
  return c.html(frame.around(framed, String(content)))
}

/**
 * For an answer that is made in a later turn of the event loop, after the registry was asked: what is
 * larger than its buffer of 16 KiB Bun (1.4.5) then sends header by header, each in a packet of its
 * own. A stream goes out in one piece.
 */
export async function inOnePiece(response: Response | Promise<Response>): Promise<Response> {
  const made = await response
  const bytes = await made.bytes()
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
  return new Response(body, made)
}

/** The path that all of ours begin with. */
export const baseOf = (c: Context): string => c.get('requestOrigin').base

/** Sends the browser to another page of ours, whoever asks. `page` is its path after the base. */
export function goTo(c: Context, page: string): Response {
  const path = baseOf(c) + page
  if (!wantsFragment(c)) return c.redirect(path, 303)
  // htmx would follow a redirect by itself and swap the page in as a fragment.
  c.header('HX-Redirect', path)
  return c.body(null, 204)
}
