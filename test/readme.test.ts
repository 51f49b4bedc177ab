import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Glob } from 'bun'
import { settingsHelp } from '../src/config/config.ts'

const read = (name: string) => Bun.file(join(import.meta.dir, '..', name)).text()

describe.each(['README.md', 'README.pt-BR.md'])('%s', (name) => {
  test('has every setting in its table, with its default', async () => {
    const rows = [...(await read(name)).matchAll(/^\| `([A-Z_]+)` \| (?:`(.*?)`)? ?\|/gm)]
    const listed = rows.map(([, setting, value]) => `${setting} ${value ?? 'empty'}`)
    const helped = [...settingsHelp().matchAll(/^ {2}([A-Z_]+) .*\((.*?)\)$/gm)]
    expect(listed.sort()).toEqual(helped.map(([, setting, value]) => `${setting} ${value}`).sort())
  })
})

const documents = ['*.md', '{decisions,bench,deploy}/*.md'].flatMap((pattern) => [
  ...new Glob(pattern).scanSync(join(import.meta.dir, '..')),
])

test('documents are found', () => {
  expect(documents).toEqual(expect.arrayContaining(['ARCHITECTURE.md', 'bench/README.md']))
})

describe.each(documents.sort())('%s', (name) => {
  test('names files and folders that exist', async () => {
    const named = [
      ...(await read(name)).matchAll(/`((?:src|test|views|bench|deploy|scripts)\/[\w./-]*)`/g),
    ]
    const missing = named.filter(([, path = '']) => !existsSync(join(import.meta.dir, '..', path)))
    expect(missing.map(([, path]) => path)).toEqual([])
  })
})

test('ARCHITECTURE.md explains each word once', async () => {
  const table = /## Words\n([\s\S]*?)\n## /.exec(await read('ARCHITECTURE.md'))?.[1] ?? ''
  const words = [...table.matchAll(/^\| ([a-z, ]+) \|/gm)]
    .flatMap(([, row = '']) => row.split(', '))
    .filter((word) => word !== 'word')
  expect(words.length).toBeGreaterThan(20)
  expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([])
})
