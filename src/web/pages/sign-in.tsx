/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from 'hono'
import {
  SignIn,
  type SignInField,
  type SignInForm,
  type SignInProblem,
} from '../../../views/sign-in.tsx'
import { RegistryLost } from '../../client/registry-client.ts'
import type { Guesses } from '../../limits/guesses.ts'
import type { Limiter } from '../../limits/web-limiter.ts'
import { ok } from '../../result.ts'
import { parsePort } from '../../wire/address.ts'
import type { RefusalCode } from '../../wire/message.ts'
import { parseName } from '../../wire/name.ts'
import type { PeopleBook } from '../book/people-book.ts'
import { formOf } from '../http/form.ts'
import { baseOf, goTo, type PageParts, page, textOf, wantsFragment } from '../http/page.tsx'
import { type AccessCode, hasToSay } from '../session/access-code.ts'
import type { WebEnv } from '../session/browser.ts'
import type { CallPorts } from '../session/call-ports.ts'
import { freeName } from '../session/free-name.ts'
import {
  type BrowserIdentity,
  newSessionId,
  sentIdentity,
  writeIdentity,
} from '../session/identity-cookie.ts'
import type { Sessions } from '../session/sessions.ts'
import { isRefusal, nameProblem, problemOf, statusOf } from './problems.ts'

export type SignInParts = PageParts & {
  sessions: Sessions
  book: PeopleBook
  callPorts: CallPorts
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
  callPorts,
  sessionSecret,
  accessCode,
  guesses,
  limiter,
}: SignInParts) => {
  /** A port that its person chose stays; another one is suggested anew each time. */
  function portFieldOf(identity: BrowserIdentity | undefined, ip: string) {
    const chosen = identity?.anyPort ? undefined : identity?.callPort
    const port = String(chosen ?? callPorts.suggest(ip))
    return { callPort: port, suggestedPort: chosen === undefined ? port : '' }
  }

  return new Hono<WebEnv>()
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
        ...portFieldOf(identity, ip),
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
      const name = typed.instead || (typed.name ?? '')
      const callPort = typed.callPort?.trim() ?? ''
      const suggestedPort = typed.suggestedPort ?? ''
      const anyPort = callPort === '' || callPort === suggestedPort

      const known = identity ?? newIdentity()
      let { admitted } = known

      const again = async (problem: SignInProblem, status: 403 | 404 | 409 | 422 | 429 | 503) => {
        c.status(status)
        const asksCode = hasToSay(accessCode, admitted)
        // Whatever else was refused: what was right need not be said again.
        if (admitted !== identity?.admitted) {
          writeIdentity(c, sessionSecret, { ...known, admitted })
        }
        const form = (
          <SignIn
            {...{ t, base: baseOf(c), formId: newFormId(), ip, asksCode, problem }}
            {...{ name, callPort, suggestedPort }}
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
      if (!wanted.ok) return again({ field: 'name', text: nameProblem(t, name) }, 422)
      const port = callPort === '' ? ok(callPorts.suggest(ip)) : parsePort(callPort)
      if (!port.ok) return refused(port.error)
      const me = { name: wanted.value, callPort: port.value, anyPort, ip }
      try {
        // The cookie that came may be one that somebody else knows (decisions/008).
        const begun = await sessions.beginByForm(typed.formId ?? '', newSessionId(), me)
        if (!begun.ok && begun.error === 'already-registered') {
          const instead = freeName(me.name, (other) => book.find(other, ip) !== undefined)
          return await again({ ...problemOf(t, begun.error), instead }, 409)
        }
        if (!begun.ok) return await refused(begun.error)
        const { id } = begun.value
        const { name, callPort } = begun.value.me
        writeIdentity(c, sessionSecret, { id, name, callPort, anyPort, registered: true, admitted })
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
      const anyPort = identity?.anyPort
      writeIdentity(c, sessionSecret, {
        id: newSessionId(),
        name,
        callPort,
        anyPort,
        registered: false,
        admitted: identity?.admitted,
      })
      return goTo(c, '/?notice=left')
    })
}

/** Milliseconds in which the book is told of who has registered, if it is told at all. */
const toldWithinMs = 1_000

/** The registry refuses what nobody sees in a field: a second space, or one of another kind. */
const oneSpaceEach = (name: string): string =>
  name.replace(/\p{Zs}+/gu, (spaces) => (spaces === '\u3000' ? spaces : ' '))

/** As hard to guess as a session's: who knows it gets the session that the form began. */
const newFormId = newSessionId

const newIdentity = (): BrowserIdentity => ({ id: newSessionId(), registered: false })
