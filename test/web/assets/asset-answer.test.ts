import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { buildPageFiles, writePageFiles } from '../../../src/build/page-files.ts'
import { startTestWeb, type TestWeb } from '../../support/web.ts'

const decoders = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  identity: (body: Uint8Array) => Buffer.from(body),
}
const codings = ['br', 'gzip', 'identity'] as const

/** As the page names them. */
async function urlsOf(site: TestWeb): Promise<string[]> {
  const { html } = await site.visitor().get('/')
  const urls = html.matchAll(/(?:src|href|data-htmx)="(\/assets\/[^"]+)"/g)
  return [...new Set(Array.from(urls, ([, url = '']) => url))]
}

const ask = (site: TestWeb, url: string, headers: Record<string, string> = {}) =>
  fetch(site.url + url, { decompress: false, headers })

describe.each(['from source', 'built ahead'])('a static file, %s', (where) => {
  const folder = mkdtempSync(join(tmpdir(), 'encontro-assets-'))
  let site: TestWeb
  let urls: string[]
  beforeAll(async () => {
    if (where === 'built ahead') writePageFiles(folder, await buildPageFiles())
    site = await startTestWeb(where === 'built ahead' ? { pageFiles: folder } : {})
    urls = await urlsOf(site)
  })
  afterAll(async () => {
    await site[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  test('is the same in every coding, once decoded, and each has a tag of its own', async () => {
    const { files } = await buildPageFiles()
    expect(files.size).toBeGreaterThan(urls.length)
    for (const name of files.keys()) {
      // It is compressed already, and comes as it is.
      if (name.endsWith('.png')) continue
      const url = `/assets/${name}`
      const tags = new Set<string | null>()
      for (const coding of codings) {
        const answer = await ask(site, url, { 'Accept-Encoding': coding })
        const { headers } = answer
        expect(headers.get('Content-Encoding') ?? 'identity').toBe(coding)
        expect(headers.get('Vary')).toBe('Accept-Encoding')
        const body = await answer.bytes()
        expect(headers.get('Content-Length')).toBe(`${body.length}`)
        expect(decoders[coding](body).equals(files.get(name) ?? Buffer.of())).toBe(true)
        if (coding !== 'identity') expect(body.length).toBeLessThan(files.get(name)?.length ?? 0)
        tags.add(headers.get('ETag'))
      }
      expect(tags.size).toBe(codings.length)
    }
  })

  test('is not sent again to a client that has it, in that coding', async () => {
    const [url = ''] = urls
    for (const coding of codings) {
      const wish = { 'Accept-Encoding': coding }
      const tag = (await ask(site, url, wish)).headers.get('ETag') ?? ''
      for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
        const answer = await ask(site, url, { ...wish, 'If-None-Match': known })
        expect([known, answer.status, await answer.text()]).toEqual([known, 304, ''])
        expect(answer.headers.get('ETag')).toBe(tag)
        expect(answer.headers.get('Vary')).toBe('Accept-Encoding')
        expect(answer.headers.get('Cache-Control')).toContain('immutable')
      }
      const others = codings.filter((other) => other !== coding)
      for (const other of others) {
        const answer = await ask(site, url, { 'Accept-Encoding': other, 'If-None-Match': tag })
        expect(answer.status).toBe(200)
      }
    }
  })

  test('comes whole to a client that asks for a part', async () => {
    const [url = ''] = urls
    const whole = await (await ask(site, url)).bytes()
    for (const range of ['bytes=0-9', 'bytes=5-', 'bytes=-5', 'bytes=999999-', 'nonsense']) {
      const answer = await ask(site, url, { Range: range })
      expect([range, answer.status]).toEqual([range, 200])
      expect(answer.headers.get('Accept-Ranges')).toBe('none')
      expect(Buffer.compare(await answer.bytes(), whole)).toBe(0)
    }
  })

  test('is told of without its body', async () => {
    const [url = ''] = urls
    const headers = { 'Accept-Encoding': 'gzip' }
    const full = await ask(site, url, headers)
    const head = await fetch(site.url + url, { method: 'HEAD', decompress: false, headers })
    expect(await head.text()).toBe('')
    for (const name of ['ETag', 'Content-Encoding', 'Content-Type', 'Vary', 'Content-Length']) {
      expect([name, head.headers.get(name)]).toEqual([name, full.headers.get(name)])
    }
  })

  test('that a client takes in no coding of ours is refused to it', async () => {
    const [url = ''] = urls
    const answer = await ask(site, url, { 'Accept-Encoding': 'compress, identity;q=0' })
    expect(answer.status).toBe(406)
    expect(answer.headers.get('Vary')).toBe('Accept-Encoding')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })
})

test('the three style sheets have the rules of every file in public, and of no other place', async () => {
  const { files, inputs } = await buildPageFiles()
  const sheets = [...new Bun.Glob('*.css').scanSync('public')].map((name) => `public/${name}`)
  const used = new Set(inputs.filter((path) => path.endsWith('.css')))
  expect([...used].sort()).toEqual(sheets.sort())
  const css = ['style.css', 'calls.css', 'operator.css']
    .map((name) => new TextDecoder().decode(files.get(name)))
    .join('')
  // What it refers to is in it.
  expect(css.match(/@import|url\((?!data:)/g)).toBeNull()
  const written = sheets.map((path) => readFileSync(path, 'utf8')).join('')
  const classes = new Set(written.match(/\.[a-z][\w-]*(?=[\s{:,>.[)])/g))
  expect(classes.size).toBeGreaterThan(100)
  expect([...classes].filter((name) => !css.includes(name))).toEqual([])
})
