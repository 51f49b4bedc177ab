import { describe, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { executablePath, hasChromium, newPerson } from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { connectTwoMachines, noMachines, runOn, runServer } from '../support/two-machines.ts'

const why = noMachines()
if (why !== undefined) console.warn(`skipped, machines that vanish: ${why}`)

/** Seconds within which a peer whose machine vanished has to be gone, and a browser. */
const promised = 45
const promisedOfBrowsers = 20

/** Seconds from the cut until both peers are gone; changes begin `pushesAfter` seconds after it. */
async function vanish(pushesAfter: number): Promise<{ idle: number; watcher: number }> {
  await using machines = await connectTwoMachines()
  await using started = new AsyncDisposableStack()
  const log = await runServer(machines, started)
  const script = join(import.meta.dir, '..', 'support', 'idle-peers.ts')
  const dial = [process.execPath, script, machines.server, '3001']
  const peers = runOn(machines, 'peer', dial, started)
  await eventually('peers register', () => peers().includes('ready'))
  // Long enough that nothing is under way any more.
  await Bun.sleep(1_000)
  await machines.cut()
  const cut = performance.now()
  const churn =
    'sleep $0; while :; do printf "register,x,6000\\nquit\\n" | nc -N 127.0.0.1 3001; sleep 0.3; done'
  runOn(machines, 'server', ['sh', '-c', churn, String(pushesAfter)], started)
  const gone = async (name: string) => {
    while (!log().includes(`Cliente desconectado: ${name} `)) {
      if (performance.now() - cut > (promised + 10) * 1_000) return Number.POSITIVE_INFINITY
      await Bun.sleep(20)
    }
    return (performance.now() - cut) / 1_000
  }
  const [idle, watcher] = await Promise.all([gone('Ana'), gone('Bia')])
  return { idle, watcher }
}

/** Seconds from the cut until a Chromium with the list open is gone; before, it is there all the time. */
async function vanishBrowser(): Promise<number> {
  await using machines = await connectTwoMachines()
  await using started = new AsyncDisposableStack()
  const log = await runServer(machines, started)
  const folder = mkdtempSync(join(tmpdir(), 'encontro-browser-'))
  started.defer(async () => rmSync(folder, { recursive: true }))
  const there = join(folder, 'chromium')
  const command = machines.on('peer', [executablePath]).join(' ')
  writeFileSync(there, `#!/bin/sh\nexec ${command} "$@"\n`)
  chmodSync(there, 0o755)
  const browser = await chromium.launch({ executablePath: there })
  started.defer(() => browser.close())

  const ana = await newPerson(browser, `http://${machines.server}:3000`)
  await ana.register('Ana', 5000)
  await ana.sees('Ana')
  // Longer than it would take to be found out.
  await Bun.sleep(1_000 * promisedOfBrowsers)
  const left = () => log().includes('Cliente desconectado: Ana ')
  expect(left()).toBe(false)
  await machines.cut()
  const cut = performance.now()
  while (!left() && performance.now() - cut < 2 * promisedOfBrowsers * 1_000) await Bun.sleep(20)
  return (performance.now() - cut) / 1_000
}

// They wait for most of their time: both at once.
describe.concurrent('whose machine vanishes', () => {
  // Where there is no root these are left out, with the line above; in CI they have to run.
  test.skipIf(why !== undefined && !process.env.CI)(
    'a peer is gone within 45 s, idle or with changes under way to it',
    async () => {
      // The worst moment for a change is just before the first keepalive probe would have been sent.
      const [soon, late] = await Promise.all([vanish(0), vanish(9.5)])
      for (const { idle, watcher } of [soon, late]) {
        console.info(`gone after ${idle.toFixed(1)} s (idle), ${watcher.toFixed(1)} s (watcher)`)
        expect(idle).toBeLessThan(promised)
        expect(watcher).toBeLessThan(promised)
      }
    },
    90_000,
  )

  test.skipIf((why !== undefined || !hasChromium) && !process.env.CI)(
    'a browser is gone within 20 s, and stays until then',
    async () => {
      const seconds = await vanishBrowser()
      console.info(`gone after ${seconds.toFixed(1)} s (browser)`)
      expect(seconds).toBeLessThan(promisedOfBrowsers)
    },
    90_000,
  )
})
