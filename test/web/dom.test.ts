import { describe, expect, test } from 'bun:test'
import { openPage, remoteVisitor } from '../support/dom.ts'
import { eventually } from '../support/eventually.ts'
import { startProcess } from '../support/process.ts'

describe('htmx in the pages', () => {
  test('sends the form and follows to the people', async () => {
    await using site = await startProcess()
    await using page = await openPage(remoteVisitor(site.url), '/')
    page.type('#name', 'Ana')
    page.type('#call-port', '5001')
    page.submit('#sign-in form')
    await page.until('sent on', () => page.went === '/people')
    expect(page.asked).toEqual(['POST /register'])
    await site.printed('Novo cliente registrado: Ana')
  })

  test('swaps a refused form in with the refusal at its field and what was typed', async () => {
    await using site = await startProcess()
    await remoteVisitor(site.url).register('Ana', 5001)
    await using page = await openPage(remoteVisitor(site.url), '/')
    page.type('#name', 'Ana')
    page.type('#call-port', '5002')
    page.submit('#sign-in form')
    await page.until('refused', () => page.text('#name-problem') !== undefined)
    expect(page.text('#name-problem')).toBe('Já há alguém com este nome aqui.')
    expect(document.querySelector('#name')?.getAttribute('aria-invalid')).toBe('true')
    expect(document.querySelectorAll('#sign-in')).toHaveLength(1)
    expect(document.querySelector<HTMLInputElement>('#call-port')?.value).toBe('5002')

    // The form that came in is alive as well.
    page.type('#name', 'Bia')
    await page.until('taken over', () => page.has('#sign-in form[data-htmx-powered]'))
    page.submit('#sign-in form')
    await page.until('sent on', () => page.went === '/people')
  })

  test('brings details into the dialog', async () => {
    await using site = await startProcess()
    const ana = remoteVisitor(site.url)
    await ana.register('Ana', 5001)
    const shown = async () => (await ana.get('/people')).html.includes('name=Ana')
    await eventually('Ana is in the list', shown)
    await using page = await openPage(ana, '/people')
    page.click('#people a')
    await page.until('details', () => page.text('#call-address') !== undefined)
    expect(page.text('#call-address')).toBe('127.0.0.1:5001')
    expect(document.querySelector('#dialog #person')).not.toBeNull()
  })

  test('says in the dialog that the person is gone', async () => {
    await using site = await startProcess()
    const ana = remoteVisitor(site.url)
    await ana.register('Ana', 5001)
    const bia = await site.connect()
    await bia.ask('register,Bia,6000')
    const shown = async () => (await ana.get('/people')).html.includes('name=Bia')
    await eventually('Bia is in the list', shown)
    await using page = await openPage(ana, '/people')
    bia.close()
    await site.printed('Cliente desconectado: Bia')
    page.click('#people a[href*=Bia]')
    await page.until('the answer', () => page.text('#dialog') !== '')
    expect(page.text('#dialog p')).toBe('Ninguém com esse nome está aqui agora.')
  })

  test('leaves the way out to the browser, which needs no script for it', async () => {
    await using site = await startProcess()
    const ana = remoteVisitor(site.url)
    await ana.register('Ana', 5001)
    await using page = await openPage(ana, '/people')
    const form = document.querySelector<HTMLFormElement>('form[action="/leave"]')
    expect(form?.method.toLowerCase()).toBe('post')
    expect(page.asked).toEqual([])
  })
})
