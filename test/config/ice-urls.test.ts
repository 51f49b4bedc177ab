import { describe, expect, test } from 'bun:test'
import { BadSetting, readConfig } from '../../src/config/config.ts'
import { badIceUrls, goodIceUrls } from '../support/ice-urls.ts'

const settingOf = { stun: 'STUN_URLS', turn: 'TURN_URLS' } as const
const read = (scheme: 'stun' | 'turn', urls: string) =>
  readConfig({
    [settingOf[scheme]]: urls,
    ...(scheme === 'turn' ? { TURN_SECRET: 'a-long-secret' } : {}),
  }).ice[`${scheme}Urls`]

describe.each(['stun', 'turn'] as const)('the URL of a %s server', (scheme) => {
  test.each(goodIceUrls[scheme])('may be %s', (url) => {
    expect(read(scheme, url)).toEqual([url])
  })

  test.each(badIceUrls[scheme])('may not be %j, and that is said in one line', (url) => {
    const others = goodIceUrls[scheme].slice(0, 2).join(',')
    let said = ''
    try {
      read(scheme, `${others},${url}`)
    } catch (error) {
      expect(error).toBeInstanceOf(BadSetting)
      said = (error as BadSetting).message
    }
    expect(said).toStartWith(`${settingOf[scheme]}="`)
    expect(said).toMatch(/^[^\n]+: must [^\n]+$/)
    expect(said).toEndWith(`: ${JSON.stringify(url)}`)
  })
})
