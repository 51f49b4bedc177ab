import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import { shown, timeAnswers, type Waits } from '../support/neighbour.ts'
import { startProcess } from '../support/process.ts'

const addresses = 24
const each = 200

/** Asks for the form over and over in one piece, and reads whatever comes until it is closed. */
function askInOnePiece(port: number, localAddress: string): Promise<number> {
  const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
  const { promise, resolve } = Promise.withResolvers<number>()
  const socket = connect({ host: '127.0.0.1', port, localAddress })
  let answers = 0
  socket.on('data', (data) => {
    answers += data.toString('latin1').split('HTTP/1.1 200').length - 1
    if (answers >= each) socket.destroy()
  })
  socket.on('error', () => undefined)
  socket.on('close', () => resolve(answers))
  socket.setTimeout(5_000, () => socket.destroy())
  socket.write(request.repeat(each))
  return promise
}

test('a neighbour is answered between the pages that many ask for in one piece', async () => {
  await using process = await startProcess({ TRUSTED_ADDRESSES: '203.0.113.1' })
  const port = Number(new URL(process.url).port)
  const peer = await process.connect()

  // What one page costs here and now: the ratio is to it, so that a slow machine fails nothing.
  const began = performance.now()
  expect(await askInOnePiece(port, '127.7.0.1')).toBeGreaterThan(0)
  const pages = await askPages(port, 50)
  const pageMs = (performance.now() - began) / (pages + each)

  let waits: Waits | undefined
  let answered = 0
  for (let tries = 0; tries < 3; tries += 1) {
    const flood = Promise.all(
      Array.from({ length: addresses }, (_, n) => askInOnePiece(port, `127.7.${tries}.${n + 2}`)),
    )
    waits = await timeAnswers(peer, flood)
    answered = (await flood).reduce((sum, count) => sum + count, 0)
    console.info(`${answered} pages, ${pageMs.toFixed(2)} ms each: ${shown(waits)}`)
    if (waits.longest < (pageMs * addresses * each) / 8) break
  }
  expect(answered).toBeGreaterThan(0)
  // All of them at once take as long as all of them take; it is to wait for a small part of that.
  expect(waits?.longest).toBeLessThan((pageMs * addresses * each) / 8)
}, 60_000)

async function askPages(port: number, count: number): Promise<number> {
  for (let n = 0; n < count; n += 1) await (await fetch(`http://127.0.0.1:${port}/`)).text()
  return count
}
