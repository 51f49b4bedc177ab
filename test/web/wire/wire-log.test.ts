import { describe, expect, test } from 'bun:test'
import { WireLog } from '../../../src/web/wire/wire-log.ts'

const facts = (log: WireLog) =>
  log
    .after(0)
    .map(({ number, sender, kind, text, answers }) => [
      number,
      sender === 'client' ? '>' : '<',
      kind,
      text,
      answers,
    ])

describe('the lines of a connection', () => {
  test('are kept in order, each reply with its request, and pushes between', () => {
    const log = new WireLog()
    log.said('register,ana,5000')
    log.said('list')
    log.heard('success,Registrado com sucesso')
    log.heard('*missed,bia,127.0.0.1')
    log.heard('ana')
    expect(facts(log)).toEqual([
      [1, '>', 'request', 'register,ana,5000', 0],
      [2, '>', 'request', 'list', 0],
      [3, '<', 'reply', 'success,Registrado com sucesso', 1],
      [4, '<', 'push', '*missed,bia,127.0.0.1', 0],
      [5, '<', 'reply', 'ana', 2],
    ])
    expect(log.after(3).map(({ number }) => number)).toEqual([4, 5])
  })

  test('are matched through a watch, which the opening state answers, and a help of several lines', () => {
    const log = new WireLog()
    for (const line of ['watch', 'help', 'ping', 'watch', 'ping']) log.said(line)
    for (const line of [
      '*left,bia,127.0.0.1',
      '*here,ana,127.0.0.1,5000,1',
      '*synced,1',
      'list  os nomes',
      '.',
      'pong',
      'error,Esta conexão já acompanha as mudanças,already-watching',
      'pong',
    ]) {
      log.heard(line)
    }
    expect(log.after(5).map(({ answers }) => answers)).toEqual([0, 0, 0, 2, 2, 3, 4, 5])
  })

  test.each([
    'auth,s3cret',
    ' auth ,s3cret',
    'auth,s3,cret',
    'auth , s3cret',
    'auth s3cret',
    'AUTH,s3cret',
  ])('hide the secret of %j', (line) => {
    const log = new WireLog()
    const heard: string[] = []
    log.follow(({ text }) => heard.push(text))
    log.said(line)
    expect(JSON.stringify(log.after(0)) + heard.join()).not.toContain('cret')
    expect(heard).toEqual(['auth,…'])
  })

  test('are the last hundred, and the beginning of each that is long', () => {
    const log = new WireLog()
    for (let index = 0; index < 1_000; index += 1) log.said(`signal,id,${'x'.repeat(60_000)}`)
    log.said('y'.repeat(60_000))
    expect(log.after(1_000)[0]?.verb).toHaveLength(16)
    const kept = log.after(0)
    expect(kept).toHaveLength(100)
    expect(kept[0]?.number).toBe(902)
    expect(kept.every(({ text }) => text.length === 240)).toBe(true)
    expect(kept[0]?.cut).toBe('signal,id,'.length + 60_000 - 240)
  })

  test.each([
    ['signal', 0],
    ['*signal', 0],
    ['*signal', 300],
    ['signal', 60_000],
  ])('keep the member at the end of a long %s', (kind, more) => {
    const log = new WireLog()
    const payload = 'x'.repeat(230 + more)
    const whole = `${kind},id,${payload},Zoë 🎈,2001:db8::1`
    log.heard(whole)
    const [kept] = log.after(0)
    expect(kept?.end).toBe(',Zoë 🎈,2001:db8::1')
    expect(whole.startsWith(kept?.text ?? 'none')).toBe(true)
    const { text = '', cut = 0, end = '' } = kept ?? {}
    expect(text.length + cut + end.length).toBe(whole.length)
    expect(text.length).toBeLessThanOrEqual(240)
  })

  test.each([
    `signal,id,${'x'.repeat(300)}`,
    `signal,id,${'x'.repeat(300)},${'y'.repeat(300)},10.0.0.1`,
    `signal,id,${'x'.repeat(300)},a,b,c`,
    `${'signal,'.repeat(100)}a,b`,
    'signal,id,YQ,Bia,10.0.0.1',
  ])('keep no end of %s', (line) => {
    const log = new WireLog()
    log.said(line)
    expect(log.after(0)[0]?.end).toBe('')
  })

  test('are matched with their answers also where many were said at once', () => {
    const log = new WireLog()
    for (let index = 0; index < 300; index += 1) log.said('ping')
    for (let index = 0; index < 300; index += 1) log.heard('pong')
    expect(log.after(0).at(-1)).toMatchObject({ number: 600, verb: 'ping', answers: 300 })
  })

  test('are told to followers, until they follow no more', () => {
    const log = new WireLog()
    const heard: number[] = []
    const stop = log.follow(({ number }) => heard.push(number))
    log.said('ping')
    log.heard('pong')
    stop()
    log.said('ping')
    expect(heard).toEqual([1, 2])
  })
})
