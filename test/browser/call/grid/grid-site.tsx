/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { join } from 'node:path'
import { languages } from '../../../../src/text/languages.ts'
import { loadAssets } from '../../../../src/web/assets/assets.ts'
import { Layout } from '../../../../views/layout.tsx'

/** The page of a call with `grid-page.ts` for its script. */
export async function serveGrid() {
  const assets = await loadAssets()
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, 'grid-page.ts')],
    target: 'browser',
    format: 'iife',
  })
  const script = await built.outputs[0]?.text()
  const asset = (name: string) => (name.endsWith('.js') ? `/${name}` : assets.url(name))
  const frame = {
    language: 'en',
    asset,
    base: '',
    path: '/',
    me: { name: 'Ana', ip: '127.0.0.1' },
  } as const
  const page = String(
    <Layout frame={frame} title={languages.en.appName}>
      <h1>Ana</h1>
    </Layout>,
  )
  // As the page's own script does.
  const style = `<link rel="stylesheet" href="${assets.url('calls.css')}"/>`
  const html = page.replace('</head>', `${style}</head>`)
  const policy = "default-src 'self'; img-src 'self' data:; style-src 'self'"
  const pages: Record<string, [body: string | undefined, type: string]> = {
    '/': [html, 'text/html; charset=utf-8'],
    '/page.js': [script, 'text/javascript'],
    '/htmx.js': ['', 'text/javascript'],
  }
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch({ url }) {
      const { pathname } = new URL(url)
      const [body, type] = pages[pathname] ?? []
      const found = assets.get(pathname.replace('/assets/', ''))
      if (type) {
        return new Response(body, {
          headers: { 'Content-Type': type, 'Content-Security-Policy': policy },
        })
      }
      return new Response(found?.body('identity') ?? '', {
        status: found ? 200 : 404,
        headers: { 'Content-Type': found?.type ?? 'text/plain' },
      })
    },
  })
}
