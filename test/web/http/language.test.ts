import { describe, expect, test } from 'bun:test'
import { Hono } from 'hono'
import { languageOf, rememberLanguage } from '../../../src/web/http/language.ts'

const app = new Hono()
  .get('/', (c) => c.text(languageOf(c)))
  .post('/', (c) => {
    rememberLanguage(c, 'en')
    return c.text('')
  })

const asked = async (headers: Record<string, string>) =>
  (await app.request('/', { headers })).text()

describe('the language of a page', () => {
  test.each([
    { accepted: 'pt-BR', language: 'pt' },
    { accepted: 'pt', language: 'pt' },
    { accepted: 'PT-pt', language: 'pt' },
    { accepted: 'en', language: 'en' },
    { accepted: 'en-US,en;q=0.9', language: 'en' },
    { accepted: 'fr', language: 'pt' },
    { accepted: 'fr,en;q=0.5', language: 'en' },
    { accepted: 'fr-FR, pt;q=0.3, en;q=0.7', language: 'en' },
    { accepted: 'en;q=0.3, pt;q=0.7', language: 'pt' },
    { accepted: 'en;q=0', language: 'pt' },
    { accepted: 'en;q=0, pt', language: 'pt' },
    { accepted: '*', language: 'pt' },
    { accepted: '', language: 'pt' },
    { accepted: ';;;,,=q=;q', language: 'pt' },
    { accepted: 'english', language: 'pt' },
    { accepted: 'constructor, toString', language: 'pt' },
    { accepted: 'en;q=abc, pt;q=0.1', language: 'en' },
    { accepted: `${'x,'.repeat(200)}en`, language: 'en' },
    // No browser asks for so much: the end of it is not looked at.
    { accepted: `${'x,'.repeat(2000)}en`, language: 'pt' },
  ])('is $language where the browser asks for “$accepted”', async ({ accepted, language }) => {
    expect(await asked({ 'Accept-Language': accepted })).toBe(language)
  })

  test('is Portuguese where the browser asks for nothing', async () => {
    expect(await asked({})).toBe('pt')
  })

  test.each([
    { cookie: 'encontro-language-80=en', accepted: 'pt', language: 'en' },
    { cookie: 'encontro-language-80=pt', accepted: 'en', language: 'pt' },
    { cookie: 'encontro-language-80=fr', accepted: 'en', language: 'en' },
    { cookie: 'encontro-language-80=__proto__', accepted: 'en', language: 'en' },
    { cookie: 'encontro-language-80=', accepted: 'en', language: 'en' },
  ])('is $language with the cookie “$cookie” before $accepted', async (row) => {
    expect(await asked({ Cookie: row.cookie, 'Accept-Language': row.accepted })).toBe(row.language)
  })

  test('is remembered for a year, out of reach of scripts and other sites', async () => {
    const [cookie = ''] = (await app.request('/', { method: 'POST' })).headers.getSetCookie()
    expect(cookie).toStartWith('encontro-language-80=en; ')
    for (const part of ['Max-Age=31536000', 'Path=/', 'HttpOnly', 'SameSite=Lax']) {
      expect(cookie).toContain(part)
    }
  })
})
