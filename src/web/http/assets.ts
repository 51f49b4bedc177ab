import { join } from 'node:path'
import hxWs from 'htmx.org/dist/ext/hx-ws.min.js' with { type: 'file' }
import htmx from 'htmx.org/dist/htmx.min.js' with { type: 'file' }

type Asset = { body: Uint8Array<ArrayBuffer>; type: string; etag: string }

/** The files that pages refer to, in memory, each under a URL that changes with its content. */
export type Assets = {
  /** The path of a file, after the base. */
  url: (name: string) => string
  get: (name: string) => Asset | undefined
}

const root = join(import.meta.dir, '..', '..', '..')
const types: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Reads `public`, htmx from its package, and bundles the page's own script. */
export async function loadAssets(): Promise<Assets> {
  const assets = new Map<string, Asset>()
  const add = async (name: string, body: Blob) => {
    const bytes = new Uint8Array(await body.arrayBuffer())
    const etag = Bun.hash(bytes).toString(36)
    const type = types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    assets.set(name, { body: bytes, type, etag })
  }
  // In one file: htmx takes over the page as soon as it has run, and an extension that arrives later
  // finds a page whose socket was never opened.
  const scripts = await Promise.all([htmx, hxWs].map((path) => Bun.file(path).text()))
  await add('htmx.js', new Blob([scripts.join('\n;')]))
  const files = Bun.embeddedFiles.length > 0 ? embedded() : await onDisk()
  for (const [name, body] of files) await add(name, body)
  return {
    get: (name) => assets.get(name),
    url(name) {
      const asset = assets.get(name)
      if (!asset) throw new Error(`bug: no asset ${name}`)
      return `/assets/${name}?v=${asset.etag}`
    },
  }
}

type Files = (readonly [name: string, body: Blob])[]

/** What `scripts/compile.ts` has put into the executable ahead; htmx is there on its own account. */
const embedded = (): Files =>
  Bun.embeddedFiles.map((file) => [(file as File).name, file] as const).filter(isOurs)

const isOurs = ([name]: Files[number]): boolean => !name.endsWith('.min.js')

async function onDisk(): Promise<Files> {
  const names = new Bun.Glob('*').scan(join(root, 'public'))
  const files: Files = [['page.js', await bundle('page.ts')]]
  for await (const name of names) files.push([name, Bun.file(join(root, 'public', name))])
  return files
}

async function bundle(entry: string): Promise<Blob> {
  const built = await Bun.build({
    entrypoints: [join(root, 'src', 'browser', entry)],
    target: 'browser',
    format: 'iife',
    minify: true,
  })
  const [output] = built.outputs
  if (!output) throw new Error(`bug: ${entry} gave no bundle`)
  return output
}
