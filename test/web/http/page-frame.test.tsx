/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { describe, expect, test } from 'bun:test'
import { raw } from 'hono/html'
import { PageFrame } from '../../../src/web/http/page-frame.tsx'
import { Layout } from '../../../views/layout.tsx'

const asset = (name: string) => `/assets/${name}?v=1`
const content = '<p>Olá &amp; <b>tchau</b></p>'

/** The same page without any template. */
const rendered = (language: 'pt' | 'en', title: string, path: string, me?: { name: string }) =>
  String(
    <Layout frame={{ language, asset, base: '', path, ...(me ? { me } : {}) }} title={title}>
      {raw(content)}
    </Layout>,
  )

describe('the frame around a page', () => {
  const frame = new PageFrame({ asset, base: '' })

  test.each([
    ['pt', 'Entrar', '/', undefined],
    ['en', 'Sign in', '/?notice=left&x=<b>', undefined],
    ['pt', 'Quem está aqui', '/people?q=%22', 'Ana'],
    ['en', '<script>"x"</script>', '/person', '<img src=x onerror=alert(1)> & "co"'],
    ['pt', '$& $1 %s', '/$&', '$& $1'],
  ] as const)('in %s is as if it was rendered for it: %s', (language, title, path, name) => {
    const me = name === undefined ? undefined : { name }
    const props = { language, title, path, ...(me ? { me } : {}) }
    for (const _ of ['first', 'again']) {
      expect(frame.around(props, content)).toBe(rendered(language, title, path, me))
    }
  })
})
