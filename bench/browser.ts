import { Visitor } from '../test/support/visitor.ts'

/** A browser that has sent the form, as who it said it is. Its cookies are `cookieHeader`. */
export async function registeredBrowser(
  url: string,
  name: string,
  callPort: number,
): Promise<Visitor> {
  const visitor = new Visitor((path, init) => fetch(url + path, { ...init, redirect: 'manual' }))
  const { status } = await visitor.register(name, callPort)
  if (status !== 303) throw new Error(`${name} was not registered: ${status}`)
  return visitor
}
