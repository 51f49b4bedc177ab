import { expect, test } from 'bun:test'
import { fileName, maxNameLength } from '../../../../src/browser/call/files/file-name.ts'

test.each([
  ['foto.jpg', 'foto.jpg'],
  ['Relatório de março.pdf', 'Relatório de março.pdf'],
  ['日本語.txt', '日本語.txt'],
  ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Windows\\system32\\cmd.exe', 'cmd.exe'],
  ['/', 'file'],
  ['', 'file'],
  ['...', 'file'],
  ['.bashrc', 'bashrc'],
  ['a.txt. . ', 'a.txt'],
  ['CON', '_CON'],
  ['nul.txt', '_nul.txt'],
  ['console.txt', 'console.txt'],
  ['a\u0000b\nc.txt', 'a_b_c.txt'],
  ['cod\u202Egpj.exe', 'cod_gpj.exe'],
  ['a\u2066b\u200Fc\u200Bd', 'a_b_c_d'],
  ['a<b>:"|?*.txt', 'a_b______.txt'],
  ['a\uD800b', 'a_b'],
])('%j is shown and saved as %j', (told, cleaned) => {
  expect(fileName(told)).toBe(cleaned)
})

test('a long name keeps its ending', () => {
  const cleaned = fileName(`${'é'.repeat(5_000)}.tar.gz`)
  expect([...cleaned].length).toBe(maxNameLength)
  expect(cleaned).toEndWith('….gz')
})

test('a cleaned name stays as it is', () => {
  for (const told of ['../a b.txt', 'CON', '\u202E.exe', 'x'.repeat(500)]) {
    expect(fileName(fileName(told))).toBe(fileName(told))
  }
})
