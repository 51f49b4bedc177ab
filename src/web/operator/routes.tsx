/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { CardDialog } from '../../../views/card.tsx'
import { Desk } from '../../../views/operator/desk.tsx'
import { ActOnPerson } from '../../../views/operator/forms.tsx'
import { OperatorSignIn } from '../../../views/operator/sign-in.tsx'
import { isThisMachineAlone } from '../../host/own-addresses.ts'
import type { Guesses } from '../../limits/guesses.ts'
import type { Limiter } from '../../limits/web-limiter.ts'
import type { Log } from '../../log/log.ts'
import { digest, isSame } from '../../secrets.ts'
import { operatorTexts } from '../../text/languages.ts'
import type { OperatorRequest } from '../../wire/operator/message.ts'
import { parseNetwork } from '../../wire/operator/requests.ts'
import { parseText } from '../../wire/operator/text.ts'
import { formOf } from '../http/form.ts'
import { languageOf } from '../http/language.ts'
import { baseOf, respond, textOf } from '../http/page.tsx'
import { isOwnOrigin } from '../http/request-origin.ts'
import { newTab, type Tab } from '../live/tab.ts'
import { isRefusal } from '../pages/problems.ts'
import type { WebEnv } from '../session/browser.ts'
import { type DeedParts, requestAs } from './deed.ts'
import type { Desk as OpenDesks } from './desk.tsx'
import { type DeskSource, deskHtml } from './desk-html.tsx'
import { type OperatorCookie, operatorCookie } from './operator-cookie.ts'

export type OperatorParts = DeedParts & {
  /** The digest of the operator's key, what the page shows, and those that are open; none where no key is set. */
  operator: { key: Buffer; source: DeskSource; desk: Pick<OpenDesks, 'signedOut'> } | undefined
  sessionSecret: string
  guesses: Guesses
  limiter: Limiter
  /** What the operator tells everybody. */
  notice: () => string
  log: Log
}

type Deed = keyof (typeof operatorTexts)['en']['did']

type Upgrader = { upgrade: (request: Request, options: { data: Tab }) => boolean }

/** What the operator needs for a page of one's own. */
type Office = OperatorParts & { right: Buffer; source: DeskSource; cookie: OperatorCookie }

/**
 * The operator's page, for a browser in which the operator's key was said. Without such a key in the settings there
 * is no such page. Each form works without script, and comes back to the page.
 */
export function operatorRoutes(parts: OperatorParts) {
  const routes = new Hono<WebEnv>()
  if (!parts.operator) return routes
  const { key, source, desk } = parts.operator
  const cookie = operatorCookie(parts.sessionSecret, key, Date.now)
  const office: Office = { ...parts, right: key, source, cookie }
  const signedIn = createMiddleware<WebEnv>(async (c, next) => {
    if (cookie.read(c) === undefined) return backTo(c, '')
    await next()
  })
  return routes
    .get('/operator', (c) => (cookie.read(c) === undefined ? showSignIn(c) : showDesk(c, office)))
    .post('/operator/sign-in', (c) => signIn(c, office))
    .post('/operator/sign-out', (c) => {
      const until = cookie.read(c)
      if (until !== undefined) desk.signedOut(until)
      cookie.forget(c)
      return backTo(c, '')
    })
    .get('/operator/live', (c) => openLive(c, office))
    .get('/operator/person', signedIn, (c) => showPerson(c, office))
    .post('/operator/kick', signedIn, async (c) => {
      const { name = '', ip = '', text = '' } = await formOf(c)
      return act(c, office, { verb: 'kick', name, ip, text: textTyped(text) }, 'kick')
    })
    .post('/operator/block', signedIn, async (c) => {
      const { ip = '', seconds = '' } = await formOf(c)
      const asked = { ip: addressTyped(ip), seconds: Number(seconds) }
      return act(c, office, { verb: 'block', ...asked }, 'block')
    })
    .post('/operator/unblock', signedIn, async (c) => {
      const { ip = '' } = await formOf(c)
      return act(c, office, { verb: 'unblock', ip: addressTyped(ip) }, 'unblock')
    })
    .post('/operator/notice', signedIn, async (c) => {
      const { text = '', clear } = await formOf(c)
      const said = clear === undefined && text.trim() !== '' ? textTyped(text) : ''
      return act(c, office, { verb: 'notice', text: said }, said === '' ? 'take-back' : 'notice')
    })
}

/** As the wire writes it; of a network its first. What is none is refused there. */
function addressTyped(text: string): string {
  const word = text.trim()
  const ip = parseNetwork(word)
  return ip.ok ? ip.value : word
}

/** As the wire writes it: a phone's keyboard leaves a space behind. What is none is refused there. */
function textTyped(text: string): string {
  const said = parseText(text)
  return said.ok ? said.value : text
}

function showSignIn(c: Context<WebEnv>, problem?: string): Response | Promise<Response> {
  const { origin } = c.var.requestOrigin
  const o = operatorTexts[languageOf(c)]
  const isReadable = origin.protocol === 'http:' && !isThisMachineAlone(origin.hostname)
  return respond(c, {
    title: o.enterTitle,
    operator: 'out',
    content: <OperatorSignIn {...{ o, base: baseOf(c), problem, isReadable }} />,
  })
}

async function signIn(c: Context<WebEnv>, office: Office): Promise<Response> {
  const { guesses, limiter, log, right, cookie } = office
  const { ip } = c.var.browser
  const o = operatorTexts[languageOf(c)]
  // Read before the guesses are looked at: nothing may come between that and the comparison, or whoever
  // holds back the ends of many forms has as many guesses.
  const { key: said = '' } = await formOf(c)
  const waitSeconds = guesses.waitSeconds(ip)
  if (waitSeconds > 0) {
    limiter.note('codes', ip)
    c.status(429)
    c.header('Retry-After', `${waitSeconds}`)
    return showSignIn(c, o.tooManyKeys)
  }
  if (!isSame(digest(said.trim()), right)) {
    guesses.guessedWrong(ip)
    log({ event: 'operator.refused', ip })
    c.status(403)
    return showSignIn(c, o.wrongKey)
  }
  log({ event: 'operator.entered', ip })
  cookie.write(c)
  return backTo(c, '')
}

function showDesk(c: Context<WebEnv>, { source, notice }: Office): Response | Promise<Response> {
  const language = languageOf(c)
  const o = operatorTexts[language]
  const base = baseOf(c)
  const filter = (c.req.query('filter') ?? '').slice(0, 200).trim()
  const parts = deskHtml(source, { language, base, filter })
  return respond(c, {
    title: o.title,
    operator: 'in',
    content: <Desk {...{ o, base, parts, filter, notice: notice(), done: doneOf(c) }} />,
  })
}

/** What the page says that one is sent back to. */
function doneOf(c: Context<WebEnv>): { text: string; refused: boolean } | undefined {
  const o = operatorTexts[languageOf(c)]
  const t = textOf(c)
  const { did = '', refused = '' } = c.req.query()
  if (Object.hasOwn(o.did, did)) return { text: o.did[did as Deed], refused: false }
  if (refused === 'away') return { text: o.away, refused: true }
  if (refused === 'gone') return { text: o.gone, refused: true }
  return isRefusal(t, refused) ? { text: t.refusals[refused], refused: true } : undefined
}

function showPerson(c: Context<WebEnv>, { source }: Office): Response | Promise<Response> {
  const language = languageOf(c)
  const [t, o, base] = [textOf(c), operatorTexts[language], baseOf(c)]
  const person = source.view.find(c.req.query('name') ?? '', c.req.query('ip') ?? '')
  if (!person) return backTo(c, '?refused=gone')
  const props = { t, o, base, person }
  return respond(c, {
    title: o.title,
    operator: 'in',
    content: <ActOnPerson {...props} inDialog={false} />,
    fragment: (
      <CardDialog t={t}>
        <ActOnPerson {...props} inDialog={true} />
      </CardDialog>
    ),
  })
}

async function act(
  c: Context<WebEnv>,
  office: Office,
  asked: OperatorRequest,
  did: Deed,
): Promise<Response> {
  const answer = await requestAs(c.var.browser.ip, asked, office)
  return backTo(c, answer.ok ? `?did=${did}` : `?refused=${answer.error}`)
}

/** The page's own WebSocket. Only our own page opens it (RFC 6455, section 10.2). */
function openLive(c: Context<WebEnv>, { cookie }: Office): Response {
  const until = cookie.read(c)
  const isOurs = isOwnOrigin(c.req.header('Origin'), c.var.requestOrigin)
  if (!isOurs || until === undefined) return c.text(textOf(c).forbidden, 403)
  const [language, { ip }] = [languageOf(c), c.var.browser]
  const tab = newTab({ sessionId: '', claim: undefined, language, ip })
  const data: Tab = { ...tab, operator: { until, filter: '', shown: new Map() } }
  if ((c.env as Upgrader).upgrade(c.req.raw, { data })) return c.body(null)
  return c.text('WebSocket', 426, { Upgrade: 'websocket' })
}

/** To the page, with a query. */
function backTo(c: Context<WebEnv>, query: string): Response {
  const path = `${baseOf(c)}/operator${query}`
  if (c.req.header('HX-Request') !== 'true') return c.redirect(path, 303)
  c.header('HX-Redirect', path)
  return c.body(null, 204)
}
