import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { callButton, callState, twoPeople } from '../../support/callers.ts'
import {
  axeViolations,
  hasChromium,
  sharedChromium,
  startCallingChromium,
} from '../../support/chromium.ts'
import { eventually } from '../../support/eventually.ts'
import { startTestWeb } from '../../support/web.ts'

const size = 20_000_000

/**
 * Chromium asks for a destination with a dialog of the system's, which no test can answer: in its stead a file in the
 * browser's own storage, with the same methods. `undefined`: as a browser without that dialog.
 */
const picks = (page: Page, name: string | undefined) =>
  page.evaluate(
    `globalThis.showSaveFilePicker = ${
      name === undefined
        ? 'undefined'
        : `async () => {
    const root = await navigator.storage.getDirectory()
    return root.getFileHandle(${JSON.stringify(name)}, { create: true })
  }`
    }`,
  )

/** Every file that the browser stores for the site, with its size. */
const stored = (page: Page) =>
  page.evaluate<string[]>(`(async () => {
    const found = []
    const look = async (folder) => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === 'directory') await look(handle)
        else found.push(name + ' ' + (await handle.getFile()).size)
      }
    }
    await look(await navigator.storage.getDirectory())
    return found
  })()`)

const hashOf = (page: Page, name: string) =>
  page.evaluate<string>(`(async () => {
    const root = await navigator.storage.getDirectory()
    const file = await (await root.getFileHandle(${JSON.stringify(name)})).getFile()
    return new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())).toHex()
  })()`)

describe.skipIf(!hasChromium)('files in a call', () => {
  // Pictures would only take time from the files.
  const browser = sharedChromium(() => startCallingChromium({ camera: false }))

  test('arrive byte for byte, and leave nothing where they are cancelled', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'encontro-files-'))
    try {
      const bytes = crypto.getRandomValues(new Uint8Array(size).subarray(0, 65_536))
      const content = Buffer.alloc(size)
      for (let at = 0; at < size; at += 1) content[at] = (bytes[at % 65_536] ?? 0) ^ (at >> 16)
      const path = join(folder, 'férias <b>.bin')
      await writeFile(path, content)
      const hash = createHash('sha256').update(content).digest('hex')

      await using site = await startTestWeb()
      const [ana, bia] = await twoPeople(browser(), site.url)
      for (const { page } of [ana, bia]) page.setDefaultTimeout(60_000)
      await callButton(ana.page, 'Bia').click()
      await bia.page.click('#call-accept-audio')
      await Promise.all([callState(ana.page, 'talking'), callState(bia.page, 'talking')])
      await picks(bia.page, 'picked')
      const part = bia.page.locator('.call-file').last()
      const accept = part.getByRole('button', { name: /^Receber/ })
      const send = async () => {
        const before = await bia.page.locator('.call-file').count()
        await ana.page.locator('#call-file-input').setInputFiles(path)
        await eventually('the offer', async () => {
          return (await bia.page.locator('.call-file').count()) > before
        })
      }

      // To the destination that the person chooses.
      await ana.page.keyboard.press('c')
      await send()
      expect(await bia.page.textContent('#call-unread')).toBe('1')
      await bia.page.keyboard.press('c')
      expect(await part.locator('.call-file__name').textContent()).toBe('férias _b_.bin')
      expect(await axeViolations(bia.page, '#call-chat')).toEqual([])
      await accept.click()
      await part.getByText('Recebido e salvo.').waitFor()
      await ana.page.locator('.call-file').last().getByText('Enviado.').waitFor()
      expect(await hashOf(bia.page, 'picked')).toBe(hash)

      // To the browser's own storage, and from there to its downloads.
      await bia.page.evaluate(
        `navigator.storage.getDirectory().then((root) => root.removeEntry('picked'))`,
      )
      await picks(bia.page, undefined)
      await send()
      const download = bia.page.waitForEvent('download')
      await accept.click()
      const saved = await (await download).path()
      const savedBytes = await Bun.file(saved).bytes()
      expect(createHash('sha256').update(savedBytes).digest('hex')).toBe(hash)
      await part.getByText('Recebido: está nos downloads').waitFor()
      expect(await stored(bia.page)).toEqual([`1 ${size}`])

      // Cancelled half way, by either end, and to either destination.
      for (const [by, name] of [
        [ana, 'half'],
        [bia, undefined],
      ] as const) {
        await picks(bia.page, name)
        await send()
        await accept.click()
        await eventually('a part of it', async () => {
          return (await part.locator('progress:visible').count()) > 0
        })
        await by.page.getByRole('button', { name: /^Cancelar: férias/ }).click()
        await part.getByText(/cancel.*: nada foi guardado/).waitFor()
        await eventually('nothing more than before', async () => {
          return (await stored(bia.page)).join() === `1 ${size}`
        })
      }
      expect([...ana.complaints, ...bia.complaints]).toEqual([])
    } finally {
      await rm(folder, { recursive: true })
    }
  }, 240_000)
})
