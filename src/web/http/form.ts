import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'

/** No form of ours has as many fields. */
const maxFields = 16

/**
 * The fields of a form that was sent, as our pages send them; what is no such form has none. A body that
 * breaks off, or has more fields than any form, is its sender's fault: 400. Taken apart, a body of nothing
 * but short fields is twenty times as large.
 */
export async function formOf(c: Context): Promise<Partial<Record<string, string>>> {
  const type = c.req.header('Content-Type') ?? ''
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return {}
  const text = await textOfBody(c)
  if (text.split('&', maxFields + 1).length > maxFields) throw new HTTPException(400)
  return Object.fromEntries(new URLSearchParams(text))
}

async function textOfBody(c: Context): Promise<string> {
  try {
    return await c.req.text()
  } catch (cause) {
    throw new HTTPException(400, { cause })
  }
}
