import { expect, test } from 'bun:test'
import { startTestWeb } from '../../support/web.ts'

type Manifest = {
  start_url: string
  scope: string
  display: string
  icons: { src: string; type: string; sizes: string; purpose?: string }[]
}

/** Width and height in the header of a PNG (PNG, third edition, section 11.2.1). */
const sizeOf = (png: Buffer) => `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`

test.each(['', '/tools/encontro'])('a page below “%s” can be kept on a phone', async (basePath) => {
  await using site = await startTestWeb({ basePath })
  const form = `${site.url}${basePath}/`
  const html = await (await fetch(form)).text()
  const linked = (rel: string) => html.match(new RegExp(`rel="${rel}" href="([^"]+)"`))?.[1] ?? ''
  const manifestUrl = new URL(linked('manifest'), form)
  const answer = await fetch(manifestUrl)
  expect(answer.headers.get('Content-Type')).toBe('application/manifest+json')
  const manifest = (await answer.json()) as Manifest
  // As browsers read them: against the manifest's own address.
  for (const path of [manifest.start_url, manifest.scope]) {
    expect(new URL(path, manifestUrl).href).toBe(form)
  }
  expect(manifest.display).toBe('standalone')
  const apple = new URL(linked('apple-touch-icon'), form)
  const icons = [
    ...manifest.icons.map(({ src, ...icon }) => ({ ...icon, url: new URL(src, manifestUrl) })),
    { url: apple, type: 'image/png', sizes: '180x180' },
  ]
  for (const { url, type, sizes } of icons) {
    const icon = await fetch(url, { headers: { 'Accept-Encoding': 'br, gzip' } })
    const bytes = Buffer.from(await icon.arrayBuffer())
    expect([url.pathname, icon.status, icon.headers.get('Content-Type')]).toEqual([
      url.pathname,
      200,
      type,
    ])
    if (type !== 'image/png') continue
    // It is compressed already.
    expect(icon.headers.get('Content-Encoding')).toBeNull()
    expect(sizeOf(bytes)).toBe(sizes)
  }
  // What Chromium asks for (web.dev, "What does it take to be installable?").
  const plain = manifest.icons.filter(({ purpose = 'any' }) => purpose === 'any')
  expect(plain.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']))
  expect(manifest.icons.some(({ purpose }) => purpose === 'maskable')).toBe(true)
})
