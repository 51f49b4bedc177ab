import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { registeredBrowser } from '../browser.ts'
import { startEncontro } from '../encontro.ts'
import { openLoad } from '../load-control.ts'
import { fullNameOf, peers, sourceOf } from '../peers.ts'

/** A call port that the form, which suggests ports of four digits, gives to no visitor of the same address. */
const unsuggestedPort = 20_000

/** One version, as `bun run start` starts it from that folder when it has been started there before. */
export async function openSite(folder: string) {
  await using stack = new AsyncDisposableStack()
  await keepBuild(folder)
  const { url, registryPort, stop } = await startEncontro({}, folder)
  stack.defer(stop)
  let registered = 0
  const all = stack.move()

  return {
    url,
    /** Somebody who stands on the first page of the list, once anybody is there. */
    listed: fullNameOf(0),
    /** Registers people until there are so many, who stay. */
    async fillTo(count: number): Promise<void> {
      const crowd = await openLoad({
        port: registryPort,
        firstSource: sourceOf(registered),
        greetings: peers(count - registered, registered).map(
          (peer) => `register,${fullNameOf(peer)},5000\n`,
        ),
        lines: 1,
      })
      all.defer(crowd.stop)
      registered = count
    },
    /** Of the first page of the list as Chromium gets it from this machine, without headers. */
    async listBytes(): Promise<number> {
      const { cookieHeader } = await registeredBrowser(url, 'Bia Lima', unsuggestedPort)
      const answer = await fetch(`${url}/people`, {
        decompress: false,
        headers: { cookie: cookieHeader, 'accept-encoding': 'gzip, deflate, br, zstd' },
      })
      if (answer.status !== 200) throw new Error(`no list: ${answer.status}`)
      return (await answer.bytes()).length
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

export type Site = Awaited<ReturnType<typeof openSite>>

/** As the first start leaves it. Older versions keep none. */
async function keepBuild(folder: string): Promise<void> {
  if (!existsSync(join(folder, 'src', 'build', 'keep.ts'))) return
  const command = [process.execPath, '--no-env-file', '--eval', keepOnce]
  const child = Bun.spawn(command, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  if ((await child.exited) !== 0) throw new Error(`no build in ${folder}`)
}

const keepOnce = `
  const { keptBuild } = await import('./src/build/kept-build.ts')
  if (!keptBuild()) await import('./src/build/keep.ts')`
