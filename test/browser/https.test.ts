import { describe, expect, test } from 'bun:test'
import { hasChromium, newPerson, sharedChromium } from '../support/chromium.ts'
import { startProcess } from '../support/process.ts'

describe.skipIf(!hasChromium)('a browser, over a certificate of the server’s own making', () => {
  const browser = sharedChromium()

  test('is warned, and after that registers, follows the list and may use a camera', async () => {
    await using house = await startProcess({ HTTPS: 'auto', HOST: '0.0.0.0' })
    expect(house.url).toStartWith('https://')
    const careful = await newPerson(browser(), house.url)
    await expect(careful.page.goto('/')).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID')

    const ana = await newPerson(browser(), house.url, { ignoreHTTPSErrors: true })
    await ana.register('Ana', 5001)
    await house.visitor().register('Bia', 5002)
    await ana.sees('Bia')
    expect(await ana.page.evaluate('typeof navigator.mediaDevices.getUserMedia')).toBe('function')
    expect(await ana.page.evaluate('isSecureContext')).toBe(true)
    const [cookie] = await ana.context.cookies()
    const name = `__Host-encontro-${new URL(house.url).port}`
    expect(cookie).toMatchObject({ name, secure: true, httpOnly: true })
    expect(ana.complaints).toEqual([])
  }, 60_000)
})
