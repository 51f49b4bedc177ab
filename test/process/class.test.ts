import { expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { startProcess } from '../support/process.ts'
import { openTab } from '../support/tab.ts'

/** More than the largest class: all behind one address, with the default limits. */
const students = 70

test('seventy browsers of one address enter at once, each with its styles, and can all be called', async () => {
  // Loopback would be exempt from the limits per address; the operator of a class is not at it.
  await using house = await startProcess({ TRUSTED_ADDRESSES: '' })
  const began = performance.now()

  async function enter(number: number): Promise<string> {
    const visitor = house.visitor()
    const form = await visitor.get('/')
    const files = [...form.html.matchAll(/(?:href|src|data-htmx)="(\/assets\/[^"]+)"/g)].map(
      ([, url]) => url,
    )
    const answers = await Promise.all(files.map((url = '') => fetch(house.url + url)))
    expect(answers.map(({ status }) => status)).toEqual(files.map(() => 200))
    expect(files.length).toBeGreaterThan(3)
    const [, port = ''] = form.html.match(/name="suggestedPort" value="(\d+)"/) ?? []
    const [, formId = ''] = form.html.match(/name="formId" value="([^"]+)"/) ?? []
    // As a browser sends a form that nobody touched but for the name.
    const fields = { name: `Aluno ${number}`, callPort: port, suggestedPort: port, formId }
    expect((await visitor.post('/register', fields)).status).toBe(303)
    expect((await visitor.get('/people')).status).toBe(200)
    const tab = await openTab(house, visitor)
    await tab.saw('Aluno')
    expect(tab.closed()).toBeUndefined()
    return port
  }

  const ports = await Promise.all(Array.from({ length: students }, (_, number) => enter(number)))
  expect(new Set(ports).size).toBe(students)
  using peer = await house.connect()
  await peer.ask('register,Professora,6000')
  await peer.sendLine('watch')
  // Each page has said that it takes calls.
  const ready = () => peer.unread.match(/^\*ready,Aluno \d+,127\.0\.0\.1$/gm)?.length
  await eventually('all can be called', () => ready() === students)
  expect(performance.now() - began).toBeLessThan(60_000)
  expect(house.output()).not.toContain('demais')
}, 90_000)
