/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from 'hono'
import { SignIn, type SignInField, type SignInForm } from '../../../views/sign-in.tsx'
import { RegistryLost } from '../../client/registry-client.ts'
import type { Guesses } from '../../limits/guesses.ts'
import type { Limiter } from '../../limits/web-limiter.ts'
import { parsePort } from '../../wire/address.ts'
import type { RefusalCode } from '../../wire/message.ts'
import { parseName } from '../../wire/name.ts'
import type { PeopleBook } from '../book/people-book.ts'
import { formOf } from '../http/form.ts'
import { baseOf, goTo, type PageParts, page, textOf, wantsFragment } from '../http/page.tsx'
import { type AccessCode, hasToSay } from '../session/access-code.ts'
import type { WebEnv } from '../session/browser.ts'
import {
  type BrowserIdentity,
  newSessionId,
  sentIdentity,
  writeIdentity,
} from '../session/identity-cookie.ts'
import type { Sessions } from '../session/sessions.ts'
import { isRefusal, problemOf, statusOf } from './problems.ts'

export type SignInParts = PageParts & {
  sessions: Sessions
  book: PeopleBook
  sessionSecret: string
  /** What a browser has to say once, if anything. */
  accessCode: AccessCode | undefined
  /** How often it was guessed, here or elsewhere in this process. */
  guesses: Guesses
  limiter: Limiter
}

/** Registering and leaving. */
export const signInRoutes = ({
  frame,
  sessions,
  book,
  sessionSecret,
  accessCode,
  guesses,
  limiter,
}: SignInParts) =>
  new Hono<WebEnv>()
    .get('/', async (c) => {
      const { session, identity, ip } = c.var.browser
      if (session) return goTo(c, '/people')
      // It is there before the form is sent, so that who sends none is known to keep none.
      if (!identity) writeIdentity(c, sessionSecret, newIdentity())
      const t = textOf(c)
      const refused = c.req.query('refused') ?? ''
      const notice = isRefusal(t, refused)
        ? t.notBackNotice
        : { left: t.leftNotice, lost: t.lostNotice }[c.req.query('notice') ?? '']
      const form: SignInForm = {
        t,
        base: baseOf(c),
        formId: newFormId(),
        ip,
        asksCode: hasToSay(accessCode, identity?.admitted),
        name: identity?.name ?? '',
        callPort: String(identity?.callPort ?? suggestCallPort(book, ip)),
        ...(notice ? { notice } : {}),
        ...(isRefusal(t, refused) ? { problem: problemOf(t, refused) } : {}),
      }
      return page(c, { frame }, t.signInTitle, undefined, <SignIn {...form} />)
    })
    .post('/register', async (c) => {
      const { session, identity, ip } = c.var.browser
      if (session) return goTo(c, '/people')
      const t = textOf(c)
      const typed = await formOf(c)
      const name = typed.name ?? ''
      const callPort = typed.callPort ?? ''

      const known = identity ?? newIdentity()
      let { admitted } = known

      const again = async (
        problem: NonNullable<SignInForm['problem']>,
        status: 403 | 404 | 409 | 422 | 429 | 503,
      ) => {
        c.status(status)
        const asksCode = hasToSay(accessCode, admitted)
        // Whatever else was refused: what was right need not be said again.
        if (admitted !== identity?.admitted) {
          writeIdentity(c, sessionSecret, { ...known, admitted })
        }
        const form = (
          <SignIn
            {...{ t, base: baseOf(c), formId: newFormId(), name, callPort, ip, asksCode, problem }}
          />
        )
        return wantsFragment(c) ? c.html(form) : page(c, { frame }, t.signInTitle, undefined, form)
      }
      const refused = (code: RefusalCode) => again(problemOf(t, code), statusOf(code))
      const later = (field: SignInField, text: string, retryAfterSeconds: number) => {
        c.header('Retry-After', `${retryAfterSeconds}`)
        return again({ field, text }, 429)
      }

      const over = limiter.take('registrations', ip)
      if (over) return later('form', t.tooManyRegistrations, over.retryAfterSeconds)
      // Who keeps no cookie could not be told from others, and would stay registered as nobody.
      if (!sentIdentity(c)) {
        writeIdentity(c, sessionSecret, known)
        return again({ field: 'form', text: t.cookiesNeeded }, 422)
      }
      if (accessCode && hasToSay(accessCode, admitted)) {
        const waitSeconds = guesses.waitSeconds(ip)
        if (waitSeconds > 0) {
          limiter.note('codes', ip)
          return later('accessCode', t.tooManyCodes, waitSeconds)
        }
        if (!accessCode.isRight(typed.accessCode ?? '')) {
          guesses.guessedWrong(ip)
          return again({ field: 'accessCode', text: t.wrongAccessCode }, 403)
        }
        admitted = accessCode.proof
      }

      const wanted = parseName(oneSpaceEach(name))
      if (!wanted.ok) return refused(wanted.error)
      const port = parsePort(callPort.trim())
      if (!port.ok) return refused(port.error)
      const me = { name: wanted.value, callPort: port.value, ip }
      try {
        // The cookie that came may be one that somebody else knows (decisions/008).
        const begun = await sessions.beginByForm(typed.formId ?? '', newSessionId(), me)
        if (!begun.ok) return await refused(begun.error)
        const { id } = begun.value
        const { name, callPort } = begun.value.me
        writeIdentity(c, sessionSecret, { id, name, callPort, registered: true, admitted })
      } catch (error) {
        if (!(error instanceof RegistryLost)) throw error
        return again({ field: 'form', text: t.registryAway }, 503)
      }
      // The list that follows is to have them in it, also where nothing brings it up to date.
      await book.arrival(me.name, me.ip, toldWithinMs)
      return goTo(c, '/people')
    })
    .post('/leave', async (c) => {
      const { identity } = c.var.browser
      const session = identity && (await sessions.getOnceBegun(identity.id))
      if (session) await sessions.leave(session)
      // Another id, and not registered: no tab of this browser brings the registration back.
      const { name, callPort } = session?.me ?? identity ?? {}
      writeIdentity(c, sessionSecret, {
        id: newSessionId(),
        name,
        callPort,
        registered: false,
        admitted: identity?.admitted,
      })
      return goTo(c, '/?notice=left')
    })

/** Milliseconds in which the book is told of who has registered, if it is told at all. */
const toldWithinMs = 1_000

/** The registry refuses what nobody sees in a field: a second space, or one of another kind. */
const oneSpaceEach = (name: string): string =>
  name.replace(/\p{Zs}+/gu, (spaces) => (spaces === '\u3000' ? spaces : ' '))

/** As hard to guess as a session's: who knows it gets the session that the form began. */
const newFormId = newSessionId

const newIdentity = (): BrowserIdentity => ({ id: newSessionId(), registered: false })

/** Where suggestions begin; the thousand ports from here are below those that systems hand out. */
const suggestedFrom = 5000
const suggested = 1000

/** A call port that nobody at that address uses; at random, so that two who ask at once differ. */
export function suggestCallPort(book: PeopleBook, ip: string, random = Math.random): number {
  const first = Math.floor(random() * suggested)
  for (let step = 0; step < suggested; step += 1) {
    const callPort = suggestedFrom + ((first + step) % suggested)
    if (!book.takesCalls(ip, callPort)) return callPort
  }
  return suggestedFrom + first
}
