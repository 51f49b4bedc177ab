import { describe, expect, test } from 'bun:test'
import { startProcess } from '../support/process.ts'

describe('the log of the process', () => {
  test('tells a registration, its refusals and its end in the words of the first server', async () => {
    await using house = await startProcess()
    const server = `127.0.0.1:${house.registry.port}`
    using ana = await house.connect()
    await ana.ask('Ana,127.0.0.1,4000,5001')
    using bia = await house.connect()
    await bia.ask('Ana,127.0.0.1,4001,5002')
    await bia.ask('Bia,127.0.0.1,4001,5001')
    await bia.ask('Bia,127.0.0.1,4001,4001')
    await ana.ask('quit')
    await house.printed('Cliente desconectado')
    expect(house.logged().slice(4)).toEqual([
      `Nova conexão de 127.0.0.1:${ana.local.port}`,
      `Registrando novo cliente: Ana (127.0.0.1:4000 recebendo em 5001) no servidor ${server}`,
      'Novo cliente registrado: Ana (127.0.0.1:4000)',
      `Nova conexão de 127.0.0.1:${bia.local.port}`,
      'Usuário já registrado',
      'Falha ao registrar cliente: Bia - Já existe um usuário com esse IP recebendo chamadas nessa porta',
      `Registrando novo cliente: Bia (127.0.0.1:4001 recebendo em 4001) no servidor ${server}`,
      'Falha ao registrar cliente: Bia - A porta de chamada deve ser diferente da porta de conexão ao servidor',
      'Cliente desconectado: Ana (127.0.0.1:4000)',
    ])
  })

  test('tells of a browser with the browser’s address', async () => {
    await using house = await startProcess()
    const ana = house.visitor()
    await ana.register('Ana', 5001)
    await ana.post('/leave')
    await house.printed('Cliente desconectado: Ana (127.0.0.1:')
    expect(house.output()).toMatch(/Novo cliente registrado: Ana \(127\.0\.0\.1:\d+\)\n/)
  })

  test('cannot be written by a name', async () => {
    await using house = await startProcess()
    using peer = await house.connect()
    const names = [
      'Ana\u001b[31m',
      'Ana\rServidor iniciado em 6.6.6.6:1',
      'Ana\u2028Servidor',
      'Ana\u202emoc',
      'Ana\u0085x',
      '*bye',
    ]
    for (const name of names) {
      expect(await peer.ask(`${name},127.0.0.1,4000,5001`)).toEndWith(',bad-name')
    }
    const browser = house.visitor()
    for (const name of [...names, 'Ana\nServidor iniciado em 6.6.6.6:1', 'Ana\r\n\r\nquit']) {
      expect((await browser.register(name, 5001)).status).toBe(422)
    }
    using last = await house.connect()
    await house.printed(`Nova conexão de 127.0.0.1:${last.local.port}`)
    expect(house.output()).not.toContain('6.6.6.6')
    // Lines of a date, a time and words: no control or format character, and so no escape sequence.
    expect(house.output()).toMatch(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [^\p{C}\p{Zl}\p{Zp}]+\n)+$/u)
    expect(house.logged().filter((line) => line === 'Nome inválido')).toHaveLength(names.length)
  })

  test('is on standard output alone, also for what is hostile', async () => {
    await using house = await startProcess()
    using scanner = await house.connect()
    await scanner.send(Buffer.from('160301020001000100', 'hex'))
    await scanner.rest()
    using loud = await house.connect()
    await loud.send('x'.repeat(5_000))
    expect(await loud.rest()).toContain('line-too-long')
    using garbled = await house.connect()
    expect(await garbled.ask('\0\0\0')).toStartWith('error,')
    await house.printed('Conexão recusada')
    expect(house.errors()).toBe('')
  })
})
