import { type LineClient, lineClient } from './line-client.ts'

/** What one watcher knows: everybody who is there, by name. */
export type Watching = {
  readonly names: ReadonlySet<string>
  /** Called with the name of whoever comes. */
  onJoined: (name: string) => void
  readonly client: LineClient
}

/** A watcher of that node, who knows its whole state. */
export async function watch(port: number): Promise<Watching> {
  const names = new Set<string>()
  const synced = Promise.withResolvers<void>()
  const client = await lineClient(port, '127.0.0.1', (line) => {
    const [kind, name = ''] = line.split(',', 2)
    if (kind === '*here' || kind === '*joined') names.add(name)
    if (kind === '*joined') watching.onJoined(name)
    if (kind === '*left') names.delete(name)
    if (kind === '*synced') synced.resolve()
  })
  const watching: Watching = { names, onJoined: () => {}, client }
  client.say('watch')
  await synced.promise
  return watching
}

/** Milliseconds from `since` until `condition` holds. */
export async function msUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  since = performance.now(),
): Promise<number> {
  while (!(await condition())) {
    if (performance.now() - since > 60_000) throw new Error(`in vain: ${what}`)
    await Bun.sleep(5)
  }
  return performance.now() - since
}
