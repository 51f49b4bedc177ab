import { afterAll, beforeAll, expect, test } from 'bun:test'
import {
  type Adding,
  type Company,
  createAdding,
} from '../../../../src/browser/call/adding/adding.ts'
import { createPanels } from '../../../../src/browser/call/panels/panels.ts'
import { languages } from '../../../../src/text/languages.ts'
import { openPage, remoteVisitor } from '../../../support/dom.ts'
import { eventually } from '../../../support/eventually.ts'
import { startProcess, type TestProcess } from '../../../support/process.ts'
import type { Visitor } from '../../../support/visitor.ts'

const ip = '127.0.0.1'
const cris = { name: 'Cris', ip: '192.0.2.9' }
const id = 'one'

const everybody = ['Bia', 'Davi', 'Eva']
const all = new AsyncDisposableStack()
let site: TestProcess
let ana: Visitor

/** A real server where these take calls. */
beforeAll(async () => {
  site = all.use(await startProcess({ MAX_CALL_MEMBERS: '3' }))
  for (const [at, name] of everybody.entries()) {
    const peer = all.use(await site.connect())
    await peer.ask(`register,${name},${7000 + at}`)
    await peer.ask('ready')
  }
  ana = remoteVisitor(site.url)
  await ana.register('Ana', 5001)
  await eventually('all of them', async () => {
    const { html } = await ana.get('/call/people', { 'HX-Request': 'true' })
    return everybody.every((name) => html.includes(`data-add-name="${name}"`))
  })
}, 30_000)
afterAll(() => all.disposeAsync())

/** Ana's page in a call with Cris, above the list. By default as many may be in a call as the server allows. */
async function openCall(most?: number) {
  const page = await openPage(ana, '/people')
  document.documentElement.lang = 'pt-BR'
  let asking = 0
  document.addEventListener('htmx:before:request', () => asking++)
  document.addEventListener('htmx:finally:request', () => asking--)
  const wishes: string[] = []
  let company: Company = { members: [cris], invited: [] }
  const panels = createPanels(() => {})
  const adding: Adding = createAdding({
    t: languages.pt.call,
    maxMembers: most ?? Number(document.getElementById('call-area')?.dataset.maxMembers),
    invite(person, tag) {
      wishes.push(`${tag} ${person.name}`)
      become({ invited: [...company.invited, person] })
    },
    uninvite(person) {
      wishes.push(`uninvite ${person.name}`)
      become({ invited: company.invited.filter(({ name }) => name !== person.name) })
    },
  })
  function become(change: Partial<Company>): void {
    company = { ...company, ...change }
    adding.show(company)
  }
  document.querySelector<HTMLDialogElement>('#call')?.showModal()
  become({})
  return {
    page,
    adding,
    wishes,
    become,
    toggle: () => panels.toggle('call-add'),
    rings: (tag: string, name: string) =>
      adding.heard({ kind: 'invited', id, name, ip, ringsForMs: 45_000, tag }),
    /** What a person reads in the two lists, without the addresses. */
    invited: () => textOf('#call-add-invited li'),
    offered: () => textOf('#call-add-people li'),
    focused: () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id,
    async [Symbol.asyncDispose]() {
      document.querySelector('#call-add')?.setAttribute('hidden', '')
      await page.until('all is answered', () => asking === 0)
      await page[Symbol.asyncDispose]()
    },
  }
}

const textOf = (selector: string) =>
  [...document.querySelectorAll<HTMLElement>(selector)]
    .filter(({ hidden }) => !hidden)
    .map(({ textContent }) => textContent?.replace(ip, '').replace(/\s+/g, ' ') ?? '')

const shown = (selector: string) => document.querySelector<HTMLElement>(selector)?.hidden === false

const said = () => document.querySelector('#call-say')?.textContent

function press(label: string): void {
  const pressed = document.querySelector<HTMLElement>(`[aria-label="${label}"]`)
  pressed?.focus()
  pressed?.click()
}

test('somebody is found, invited, and comes', async () => {
  await using call = await openCall(6)
  expect(shown('#call-add-button')).toBe(true)
  call.toggle()
  await call.page.until('the list', () => call.offered().length === 3)
  expect(call.offered()).toEqual(['Bia Adicionar', 'Davi Adicionar', 'Eva Adicionar'])
  expect(call.focused()).toBe('call-add-field')

  call.page.type('#call-add-field', 'bi')
  document.querySelector('#call-add-field')?.dispatchEvent(new Event('input', { bubbles: true }))
  await call.page.until('the search', () => call.offered().length === 1)
  expect(said()).toBe('1 pessoa livre')

  press('Adicionar Bia')
  expect(call.wishes).toEqual(['invite-1 Bia'])
  expect(call.offered()).toEqual([])
  expect(call.invited()).toEqual(['Bia convidando…Cancelar'])
  expect(call.focused()).toBe('Cancelar o convite a Bia')
  call.rings('invite-1', 'Bia')
  expect(call.invited()).toEqual(['Bia chamando…Cancelar'])
  expect(said()).toBe('Chamando Bia…')

  call.become({ members: [cris, { name: 'Bia', ip }], invited: [] })
  expect(call.invited()).toEqual([])
  expect(shown('#call-add-invited')).toBe(false)
  // What had the focus is gone.
  expect(call.focused()).toBe('call-add-field')
})

test('an invitation is taken back, comes to nothing, and is repeated', async () => {
  await using call = await openCall(6)
  call.toggle()
  await call.page.until('the list', () => call.offered().length === 3)
  press('Adicionar Bia')
  press('Cancelar o convite a Bia')
  expect(call.wishes).toEqual(['invite-1 Bia', 'uninvite Bia'])
  expect(call.invited()).toEqual([])
  expect(call.focused()).toBe('Adicionar Bia')

  press('Adicionar Bia')
  press('Adicionar Davi')
  call.rings('invite-2', 'Bia')
  const calling = document.querySelector('#call-add-note')
  expect(calling?.textContent).toBe('Chamando Bia e Davi…')
  call.adding.heard({ kind: 'not-coming', id, name: 'Bia', ip, reason: 'declined' })
  call.become({ invited: [{ name: 'Davi', ip }] })
  call.adding.heard({ kind: 'refused', wish: 'invite', id, tag: 'invite-3', code: 'only-two' })
  call.become({ invited: [] })
  expect(call.invited()).toEqual([
    'Bia recusouConvidar de novo',
    'Davi só pode falar com uma pessoa de cada vezConvidar de novo',
  ])
  expect(said()).toBe('Davi: só pode falar com uma pessoa de cada vez')
  // A person that speaks to a computer says what is written (WCAG 2.5.3).
  const buttons = [...document.querySelectorAll('#call-add li button')]
  const words = buttons.map((each) => [each.getAttribute('aria-label'), each.textContent])
  expect(words.filter(([label, text]) => !label?.includes(text ?? ''))).toEqual([])
  expect(calling?.textContent).toBe(said() as string)

  press('Convidar de novo: Bia')
  expect(call.wishes.at(-1)).toBe('invite-4 Bia')
  call.toggle()
  await call.page.until('closed', () => call.invited().length === 1)
  // What came to nothing has been read; what rings is there when the panel is opened again.
  expect(call.invited()).toEqual(['Bia convidando…Cancelar'])
})

test('nobody can be added to a full call, nor while no call talks', async () => {
  await using call = await openCall()
  call.toggle()
  await call.page.until('the list', () => call.offered().length === 3)
  press('Adicionar Bia')
  expect(shown('#call-add-full')).toBe(true)
  expect(shown('#call-add-form')).toBe(false)
  // It can still be taken back.
  expect(shown('#call-add-button')).toBe(true)
  call.become({ members: [cris, { name: 'Bia', ip }], invited: [] })
  expect(call.focused()).toBe('Fechar')
  expect(shown('#call-add-button')).toBe(true)
  call.toggle()
  await call.page.until('hidden', () => !shown('#call-add-button'))
  expect(call.focused()).toBe('call-stage')
  call.become({ members: [cris] })
  expect(shown('#call-add-button')).toBe(true)
  call.adding.show(undefined)
  expect(shown('#call-add-button')).toBe(false)
})

test('the list follows who is free, and keeps the focus', async () => {
  await using call = await openCall(6)
  call.toggle()
  await call.page.until('the list', () => call.offered().length === 3)
  const davi = document.querySelector<HTMLElement>('[aria-label="Adicionar Davi"]')
  davi?.focus()
  // A member that the registry has not told to be busy yet.
  call.become({ members: [cris, { name: 'Bia', ip }] })
  expect(call.offered()).toEqual(['Davi Adicionar', 'Eva Adicionar'])
  let refreshed = 0
  document.querySelector('#call-add-form')?.addEventListener('refresh', () => refreshed++)
  call.become({ members: [cris] })
  // At once: the list that is asked for every few seconds would come later.
  expect(refreshed).toBe(1)
  await call.page.until('all', () => call.offered().length === 3)
  expect(call.focused()).toBe('Adicionar Davi')
})
