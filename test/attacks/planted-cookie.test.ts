import { expect, test } from 'bun:test'
import { startProcess } from '../support/process.ts'
import { openTab } from '../support/tab.ts'
import { formIdIn } from '../support/visitor.ts'

test('who plants a cookie from another port gets nothing of the session that follows', async () => {
  await using house = await startProcess()
  const mallory = house.visitor()
  const formId = formIdIn((await mallory.get('/')).html)
  const ana = house.visitor()
  // A script of a page on any other port of this host can do that: cookies know no ports.
  ana.takeCookiesOf(mallory, house.url)
  const tries = () => [
    mallory.get('/people'),
    mallory.post('/register', { name: 'Mallory', callPort: '0', formId }),
  ]
  const form = await ana.get('/')
  const sent = { name: 'Ana', callPort: '5001', formId: formIdIn(form.html) }
  const before = tries()
  const registering = ana.post('/register', sent)
  await Promise.all([...before, registering, ...tries()])
  expect((await registering).headers.get('Location')).toBe('/people')
  expect((await ana.get('/people')).html).toContain('>Ana<')

  expect((await mallory.get('/people')).headers.get('Location')).toBe('/')
  const tab = await openTab(house, mallory)
  await tab.saw('"go"')
  expect(tab.html()).not.toContain('Ana')
})
