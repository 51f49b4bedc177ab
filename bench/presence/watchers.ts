import { type Audience, inHands, type News, type OnArrival, readOnce } from './audience.ts'
import type { Change } from './changes.ts'

/** Connections to the registry that watch, and register nobody. */
export async function openWatchers(
  port: number,
  count: number,
  onArrival: OnArrival,
): Promise<Audience> {
  const received = { bytes: 0, messages: 0 }
  const known = new Int32Array(count)
  const read = readOnce(readLines)

  await inHands(count, async (watcher) => {
    const synced = Promise.withResolvers<void>()
    let begun = ''
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        data(_, chunk) {
          received.bytes += chunk.length
          received.messages += 1
          const text = begun + chunk.toString()
          const whole = text.lastIndexOf('\n') + 1
          begun = text.slice(whole)
          const { changes, growth, people } = read(text.slice(0, whole))
          known[watcher] = (people ?? known[watcher] ?? 0) + growth
          if (people !== undefined) synced.resolve()
          onArrival(changes)
        },
        close: () => synced.reject(new Error('a watcher was closed')),
      },
    })
    socket.write('watch\n')
    await synced.promise
  })
  return { received, allKnow: (people) => known.every((count) => count === people) }
}

/** `people` is of the opening state alone. */
function readLines(text: string): News {
  const changes: Change[] = []
  let growth = 0
  let people: number | undefined
  for (const line of text.split('\n')) {
    const [kind, value = ''] = line.split(',', 2)
    if (kind === '*joined') {
      changes.push(`joined ${value}`)
      growth += 1
    } else if (kind === '*left') {
      changes.push(`left ${value}`)
      growth -= 1
    } else if (kind === '*synced') people = Number(value)
  }
  return { bytes: Buffer.byteLength(text), changes, growth, people }
}
