import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Coding, encode, endings, isDense } from '../../build/coding.ts'

type Bytes = Uint8Array<ArrayBuffer>

export type Asset = {
  /** Of its content type. */
  type: string
  /** Changes with its content; in its URL, and in the tags of its representations. */
  version: string
  /** Those in which it may be sent. */
  codings: readonly Coding[]
  body: (coding: Coding) => Bytes
}

/** The files that pages refer to, in memory, each under a URL that changes with its content. */
export type Assets = {
  /** The path of a file, after the base. */
  url: (name: string) => string
  get: (name: string) => Asset | undefined
}

const types: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  webmanifest: 'application/manifest+json',
}

type Files = ReadonlyMap<string, Bytes>

/**
 * Those of the executable, where this is one, or else of that folder: both hold each file in every
 * coding. Without a folder they are made of the source, once for this process.
 */
export async function loadAssets(folder?: string): Promise<Assets> {
  const files =
    Bun.embeddedFiles.length > 0
      ? await embedded()
      : folder === undefined
        ? await fromSource()
        : inFolder(folder)
  const assets = new Map<string, Asset>()
  for (const [name, body] of files) {
    const type = types[name.split('.').at(-1) ?? '']
    if (type === undefined) continue
    const version = Bun.hash(body).toString(36)
    const codings: Coding[] = isDense(name) ? ['identity'] : ['br', 'gzip', 'identity']
    assets.set(name, { type, version, codings, body: bodiesOf(name, body, files) })
  }
  return {
    get: (name) => assets.get(name),
    url(name) {
      const asset = assets.get(name)
      if (!asset) throw new Error(`bug: no asset ${name}`)
      return `/assets/${name}?v=${asset.version}`
    },
  }
}

/** What is not kept in a coding is encoded when somebody asks for it first. */
function bodiesOf(name: string, body: Bytes, files: Files): Asset['body'] {
  const encoded = new Map<Coding, Bytes>([['identity', body]])
  return (coding) => {
    const known = encoded.get(coding)
    if (known) return known
    const kept = coding === 'identity' ? undefined : files.get(name + endings[coding])
    const made = kept ?? encode(coding, body, 'quick')
    encoded.set(coding, made)
    return made
  }
}

/** What `scripts/compile.ts` has put into the executable. */
async function embedded(): Promise<Files> {
  const each = Bun.embeddedFiles.map(
    async (file) => [(file as File).name, new Uint8Array(await file.arrayBuffer())] as const,
  )
  return new Map(await Promise.all(each))
}

function inFolder(folder: string): Files {
  const names = readdirSync(folder)
  return new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]))
}

let made: Promise<Files> | undefined

/** Tests start many webs in one process. */
function fromSource(): Promise<Files> {
  made ??= build()
  return made
}

async function build(): Promise<Files> {
  const { buildPageFiles } = await import('../../build/page-files.ts')
  // Who works on it has Bun start again at every change, and reads the scripts in the browser's tools.
  const sourceMaps = process.execArgv.includes('--watch')
  return (await buildPageFiles({ sourceMaps })).files
}
