/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { GlobalRegistrator } from '@happy-dom/global-registrator'
import { createChatLog } from '../../../../src/browser/call/panels/chat-log.ts'
import {
  type ChatMember,
  type ChatPanel,
  createChatPanel,
} from '../../../../src/browser/call/panels/chat-panel.ts'
import { languages } from '../../../../src/text/languages.ts'
import { ChatPanel as Markup } from '../../../../views/call-panels.tsx'

const t = languages.en.call
let chat: ChatPanel

beforeEach(() => {
  GlobalRegistrator.register()
  document.body.innerHTML = `${<Markup t={t} />}<p id="call-say"></p><span id="call-unread"></span>`
  chat = createChatPanel({ t, log: createChatLog(), isOpen: () => true, send: () => [] })
})
afterEach(() => GlobalRegistrator.unregister())

const notes = () =>
  [...document.querySelectorAll('.call-chat__note')].map(({ textContent }) => textContent)
const member = (name: string, link: ChatMember['link'] = 'up') => ({ key: name, name, link })

test('who comes and goes is written, and not who was there before this person', () => {
  // Invited into a call of two: first one is told of, then the other, and then both connect.
  chat.members([member('Ana', 'connecting')])
  chat.members([member('Ana', 'connecting'), member('Bia', 'connecting')])
  chat.members([member('Ana'), member('Bia', 'connecting')])
  expect(notes()).toEqual([])
  chat.members([member('Ana'), member('Bia'), member('Cris', 'connecting')])
  chat.members([member('Ana'), member('Cris')])
  expect(notes()).toEqual(['Cris joined.', 'Bia left.'])
  chat.members([])
  expect(notes()).toHaveLength(2)
})
