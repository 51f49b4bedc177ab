/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono'
import { SignIn, type SignInForm } from '../../../views/sign-in.tsx'
import { formOf } from '../http/form.ts'
import { baseOf, goTo, respond, textOf } from '../http/page.tsx'
import { hasToSay } from '../session/access-code.ts'
import type { WebEnv } from '../session/browser.ts'
import type { Farewell, Farewells } from '../session/farewells.ts'
import {
  type BrowserIdentity,
  newSessionId,
  sentIdentity,
  writeIdentity,
} from '../session/identity-cookie.ts'
import {
  admit,
  type EnteringParts,
  enter,
  isAnyPort,
  type NotEntered,
  personToCall,
  tooOften,
  typedIn,
} from './entering.ts'
import { isRefusal, problemOf } from './problems.ts'

export type SignInParts = EnteringParts & {
  sessionSecret: string
  showsPartners: boolean
  farewells: Pick<Farewells, 'toBrowser'>
}

/** Entering and leaving. */
export const signInRoutes = (parts: SignInParts) =>
  new Hono<WebEnv>()
    .get('/', (c) => {
      const { session, identity } = c.var.browser
      const call = personToCall(c.req.query('call'))
      if (session) return goTo(c, listFor(call))
      // It is there before the form is sent: a browser that sends none then keeps no cookies.
      if (!identity) writeIdentity(c, parts.sessionSecret, newIdentity())
      return showForm(c, parts, {
        name: identity?.name ?? '',
        ...portFieldOf(parts, identity, c.var.browser.ip),
        call,
        asksCode: hasToSay(parts.accessCode, identity?.admitted),
        ...noticeOf(c, identity && parts.farewells.toBrowser(identity, c.var.browser.ip)),
      })
    })
    .post('/register', (c) => register(c, parts))
    .post('/leave', (c) => leave(c, parts))

async function register(c: Context<WebEnv>, parts: SignInParts): Promise<Response> {
  const { session, identity, ip } = c.var.browser
  const { sessionSecret, accessCode, limiter, book } = parts
  const t = textOf(c)
  const typed = typedIn(await formOf(c))
  if (session) return goTo(c, listFor(typed.call))
  const known = identity ?? newIdentity()

  const again = (why: NotEntered, admitted = known.admitted) => {
    c.status(why.status)
    if (why.retryAfterSeconds !== undefined) c.header('Retry-After', `${why.retryAfterSeconds}`)
    // Whatever else was refused: what was right need not be said again.
    if (admitted !== identity?.admitted) writeIdentity(c, sessionSecret, { ...known, admitted })
    const { name, callPort, suggestedPort, call } = typed
    const asksCode = hasToSay(accessCode, admitted)
    return showForm(c, parts, {
      ...{ name, callPort, suggestedPort, call, asksCode },
      problem: why.problem,
    })
  }

  const over = limiter.take('registrations', ip)
  if (over) return again(tooOften('form', t.tooManyRegistrations, over.retryAfterSeconds))
  // A browser that keeps no cookie could not be told from others, and would stay registered as nobody.
  if (!sentIdentity(c)) {
    writeIdentity(c, sessionSecret, known)
    return again({ problem: { field: 'form', text: t.cookiesNeeded }, status: 422 })
  }
  const proof = admit(parts, t, typed, { ip, admitted: known.admitted })
  if (!proof.ok) return again(proof.error)
  const admitted = proof.value
  const entered = await enter(parts, t, typed, ip)
  if (!entered.ok) return again(entered.error, admitted)
  const { id, me } = entered.value
  const { name, callPort } = me
  const anyPort = isAnyPort(typed)
  writeIdentity(c, sessionSecret, { id, name, callPort, anyPort, registered: true, admitted })
  // The list that follows is to have them in it, also where nothing brings it up to date.
  await book.arrival(name, me.ip, toldWithinMs)
  return goTo(c, listFor(typed.call))
}

async function leave(c: Context<WebEnv>, { sessions, sessionSecret }: SignInParts) {
  const { identity } = c.var.browser
  const session = identity && (await sessions.getOnceBegun(identity.id))
  if (session) await sessions.leave(session)
  // Another id, and not registered: no tab of this browser brings the registration back.
  const { name, callPort } = session?.me ?? identity ?? {}
  writeIdentity(c, sessionSecret, {
    id: newSessionId(),
    name,
    callPort,
    anyPort: identity?.anyPort,
    registered: false,
    admitted: identity?.admitted,
  })
  return goTo(c, '/?notice=left')
}

function showForm(
  c: Context<WebEnv>,
  { showsPartners }: SignInParts,
  form: Omit<SignInForm, 't' | 'base' | 'formId' | 'ip' | 'showsPartners'>,
): Response | Promise<Response> {
  const t = textOf(c)
  // As hard to guess as a session's: with it one gets the session that the form began.
  const formId = newSessionId()
  const around = { t, base: baseOf(c), formId, ip: c.var.browser.ip, showsPartners }
  const content = <SignIn {...form} {...around} />
  return respond(c, { title: t.signInTitle, content })
}

/** The list; after a link with a person to call, the part of it with that name. Nothing rings by itself. */
const listFor = (call: string): string => {
  const query = new URLSearchParams({ filter: call })
  return call === '' ? '/people' : `/people?${query}`
}

/** What a browser is told that was sent back here. */
function noticeOf(
  c: Context,
  farewell: Farewell | undefined,
): Pick<SignInForm, 'notice' | 'problem'> {
  const t = textOf(c)
  if (farewell?.code === 'disconnected') return { notice: t.disconnectedNotice(farewell.text) }
  if (farewell) return { notice: t.refusals[farewell.code] }
  const refused = c.req.query('refused') ?? ''
  if (isRefusal(t, refused)) return { notice: t.notBackNotice, problem: problemOf(t, refused) }
  const notice = { left: t.leftNotice, lost: t.lostNotice }[c.req.query('notice') ?? '']
  return notice ? { notice } : {}
}

/** A port that its person chose stays; another one is suggested anew each time. */
function portFieldOf(
  { callPorts }: SignInParts,
  identity: BrowserIdentity | undefined,
  ip: string,
): Pick<SignInForm, 'callPort' | 'suggestedPort'> {
  const chosen = identity?.anyPort ? undefined : identity?.callPort
  const callPort = String(chosen ?? callPorts.suggest(ip))
  return { callPort, suggestedPort: chosen === undefined ? callPort : '' }
}

/** Milliseconds in which the book is told of a person who has registered, if it is told at all. */
const toldWithinMs = 1_000

const newIdentity = (): BrowserIdentity => ({ id: newSessionId(), registered: false })
