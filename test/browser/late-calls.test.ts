import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GlobalRegistrator } from '@happy-dom/global-registrator'
import { eventually } from '../support/eventually.ts'

const folder = mkdtempSync(join(tmpdir(), 'encontro-calls-'))
afterAll(() => rmSync(folder, { recursive: true }))

let pages = 0

/** A page with a list of two people and the script that loads calls from a file, which the test writes. */
async function openPage({ registered = true, style = 'load' } = {}) {
  pages += 1
  const file = join(folder, `calls-${pages}.js`)
  if (registered) {
    document.body.dataset.calls = `${file}?v=${pages}`
    document.body.dataset.callsStyle = '/assets/calls.css'
  }
  const stylesheets: string[] = []
  document.head.append = (link) => {
    const { href } = link as HTMLLinkElement
    stylesheets.push(new URL(href).pathname)
    queueMicrotask(() => (link as HTMLLinkElement).dispatchEvent(new Event(style)))
  }
  document.body.innerHTML = `
    <p id="no-calls" data-missing="no WebRTC" data-refused="refused" hidden></p>
    <p id="no-camera" hidden></p>
    <div id="call-addresses" data-cookie="told-80=yes; Path=/"><button id="call-addresses-close"></button></div>
    <p id="call-ringing-addresses" hidden></p>
    <button id="readiness-button"></button>
    <ul><li id="bia"></li><li id="caio"></li></ul>`
  const rows = () => {
    for (const name of ['bia', 'caio']) {
      const row = document.getElementById(name)
      if (row)
        row.innerHTML = `<button data-call-name="${name}" data-call-ip="10.0.0.1"><b>Ligar</b></button>`
    }
  }
  rows()
  const global = globalThis as { started?: number; called?: string[] }
  global.started = 0
  global.called = []
  await import(`../../src/browser/calls.ts?page=${pages}`)
  return {
    rows,
    /** As the real one: it counts its starts, and hears presses from then on. */
    arrives: () =>
      writeFileSync(
        file,
        `export const start = (page) => {
          if (!page.listenToCalls) throw new Error('no connection')
          globalThis.started += 1
          document.addEventListener('click', ({ target }) => {
            const button = target.closest('[data-call-name]')
            if (button) globalThis.called.push(button.dataset.callName)
            else if (target.id === 'readiness-button') globalThis.called.push('a test')
          })
        }`,
      ),
    hears: () => document.dispatchEvent(new CustomEvent('htmx:ws:after:message:incoming')),
    presses: (name: string) => document.querySelector<HTMLElement>(`#${name} b`)?.click(),
    stylesheets,
    started: () => global.started,
    called: () => global.called,
  }
}

const log = console.error
let complaints = jest.fn()
beforeEach(() => {
  GlobalRegistrator.register({ url: 'http://localhost/people' })
  Object.assign(globalThis, {
    isSecureContext: true,
    RTCPeerConnection: class {
      createDataChannel() {}
      close() {}
    },
  })
  complaints = jest.fn()
  console.error = complaints
})
afterEach(async () => {
  console.error = log
  await GlobalRegistrator.unregister()
})

/** What was begun has gone as far as it goes. */
const settled = () => Bun.sleep(30)

describe('the notice on network addresses', () => {
  test('is gone once it is understood, and a cookie has the server leave it out next time', async () => {
    await openPage()
    const notice = document.getElementById('call-addresses')
    expect([notice?.hidden, document.cookie]).toEqual([false, ''])
    document.getElementById('call-addresses-close')?.click()
    expect([notice?.hidden, document.cookie]).toEqual([true, 'told-80=yes'])
  })

  test('comes back with a browser that has forgotten, whatever its cookie says', async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: as the page writes it.
    document.cookie = 'told-80=yes; Path=/'
    await openPage()
    expect([document.getElementById('call-addresses')?.hidden, document.cookie]).toEqual([
      false,
      '',
    ])
  })
})

describe('the script of calls', () => {
  test('comes when the list is live, and begins once', async () => {
    const page = await openPage()
    page.arrives()
    await settled()
    expect(page.started()).toBe(0)
    page.hears()
    page.hears()
    await eventually('it began', () => page.started() === 1)
    page.hears()
    page.presses('bia')
    await settled()
    expect([page.started(), page.called()]).toEqual([1, ['bia']])
    expect(page.stylesheets).toEqual(['/assets/calls.css'])
  })

  test('is not asked for where nobody is registered', async () => {
    const page = await openPage({ registered: false })
    page.arrives()
    page.hears()
    page.presses('bia')
    await settled()
    expect(page.started()).toBe(0)
  })

  test('comes at once for a person who calls before, who need not press again', async () => {
    const page = await openPage()
    page.arrives()
    page.presses('bia')
    page.presses('caio')
    await eventually('it began', () => page.started() === 1)
    await settled()
    // The last press counts: there is one call.
    expect(page.called()).toEqual(['caio'])
  })

  test('comes for a person who tries the camera first; it need not be there', async () => {
    const page = await openPage()
    page.arrives()
    const button = document.getElementById('readiness-button')
    button?.click()
    await eventually('the test is begun', () => page.called()?.join() === 'a test')
  })

  test('finds the person who was pressed where the list has changed meanwhile', async () => {
    const page = await openPage()
    page.arrives()
    page.presses('bia')
    page.rows()
    await eventually('the call is made', () => page.called()?.join() === 'bia')
  })

  test('that did not come is asked for again, by another URL', async () => {
    const page = await openPage()
    page.hears()
    await settled()
    expect([page.started(), complaints.mock.calls.length]).toEqual([0, 1])
    page.arrives()
    page.presses('caio')
    await eventually('the call is made', () => page.called()?.join() === 'caio')
    expect(page.started()).toBe(1)
  })
})

test('without its styles the script of calls does not begin, and both are asked for again', async () => {
  const page = await openPage({ style: 'error' })
  page.arrives()
  page.hears()
  await settled()
  page.hears()
  await settled()
  expect([page.started(), page.stylesheets.length]).toEqual([0, 2])
})

describe('a browser without calls', () => {
  test.each([
    { what: 'no WebRTC', value: undefined, kind: 'missing' },
    {
      what: 'refused',
      value: class {
        constructor() {
          throw new DOMException('no')
        }
      },
      kind: 'refused',
    },
  ])('says so ($kind), and loads no script of them', async ({ what, value, kind }) => {
    Object.assign(globalThis, { RTCPeerConnection: value })
    const page = await openPage()
    page.arrives()
    page.hears()
    await settled()
    const notice = document.getElementById('no-calls')
    expect([notice?.hidden, notice?.textContent]).toEqual([false, what])
    expect(document.documentElement.dataset.noCalls).toBe(kind)
    expect(page.started()).toBe(0)
  })
})
