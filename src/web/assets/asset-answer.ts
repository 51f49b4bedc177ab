import type { Context } from 'hono'
import { codingFor } from './accepted-coding.ts'
import type { Asset } from './assets.ts'

/**
 * A static file in the coding that is asked for, or word that the browser has it already. A part of it
 * is asked for in vain: a server may always send the whole (RFC 9110, section 14.2).
 */
export function answerAsset(c: Context, { type, version, codings, body }: Asset): Response {
  const coding = codingFor(c.req.header('Accept-Encoding'), codings)
  const current = c.req.query('v') === version
  // Also on refusals, as the same URL has other answers (RFC 9110, section 12.5.5).
  c.header('Vary', 'Accept-Encoding')
  if (coding === undefined) return c.text('Accept-Encoding: br, gzip, identity', 406)
  // Other bytes are another representation, and have another tag (RFC 9110, section 8.8.3.3).
  const tag = coding === 'identity' ? `"${version}"` : `"${version}-${coding}"`
  c.header('ETag', tag)
  c.header('Cache-Control', current ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (isKnown(c.req.header('If-None-Match'), tag)) return c.body(null, 304)
  c.header('Content-Type', type)
  c.header('Accept-Ranges', 'none')
  if (coding !== 'identity') c.header('Content-Encoding', coding)
  const bytes = body(coding)
  // Also where only the headers are asked for.
  c.header('Content-Length', `${bytes.length}`)
  return c.body(bytes)
}

/** The comparison is weak (RFC 9110, section 13.1.2): a proxy that encodes may have weakened our tag. */
function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === tag)
}
