/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { getPath } from 'hono/utils/url'
import type { Relay } from '../../views/layout.tsx'
import { Problem } from '../../views/problem.tsx'
import { RegistryLost } from '../client/registry-client.ts'
import { fewAtATime } from '../limits/few-at-a-time.ts'
import type { Log } from '../log/log.ts'
import { isLanguage } from '../text/languages.ts'
import type { Assets } from './http/assets.ts'
import { formOf } from './http/form.ts'
import { isKnownHost } from './http/known-hosts.ts'
import { languageOf, rememberLanguage } from './http/language.ts'
import { goTo, page, textOf, wantsFragment } from './http/page.tsx'
import { PageFrame } from './http/page-frame.tsx'
import { newProxyHints } from './http/proxy-hints.ts'
import {
  findRequestOrigin,
  isOwnOrigin,
  nowhere,
  type RequestOrigin,
} from './http/request-origin.ts'
import { otherHost, sameOriginOnly } from './http/same-origin.ts'
import { newTab, type Tab } from './live/tab.ts'
import { type PeopleParts, peopleRoutes } from './pages/people.tsx'
import { type SignInParts, signInRoutes } from './pages/sign-in.tsx'
import { hasToSay } from './session/access-code.ts'
import { knowBrowser, type WebEnv } from './session/browser.ts'

export type AppParts = Omit<SignInParts & PeopleParts, 'frame'> & {
  relay: Relay
  assets: Assets
  publicHosts: readonly string[]
  isTrustedProxy: (ip: string) => boolean
  /** The path that all of ours begin with: empty, or with a slash at its beginning alone. */
  basePath: string
  /** Whether browsers are told to come back over TLS alone: there is a certificate they know. */
  strictTransport: boolean
  log: Log
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
}

/** What the app needs of the server that it runs in, to turn a request into a WebSocket. */
export type Upgrader = {
  upgrade: (request: Request, options: { data: Tab; headers: Headers }) => boolean
}

const contentSecurityPolicy = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
}

/** What calls need, for our own pages alone. */
const permissionsPolicy = {
  camera: ['self'],
  microphone: ['self'],
  displayCapture: ['self'],
  fullscreen: ['self'],
  pictureInPicture: ['self'],
}

/**
 * Characters of an address. The longest of ours has a name or a filter with each byte written as `%FF`;
 * what others write there, taken apart, is twelve times as large.
 */
const maxUrl = 4_096

/**
 * Where a refused form leaves a browser without script: asked for again, each is a page like any other.
 */
const formPaths = ['/register', '/leave', '/language']

/** A page takes some tenths of a millisecond, for which the registry's peers wait. */
const pagesATurn = 16

/** The web page: its routes, and what is true of all of them. */
export function createApp(parts: AppParts) {
  const { assets, publicHosts, limiter, accessCode, log, basePath: base } = parts
  const frame = new PageFrame(assets.url, parts.relay, base)
  const routed = { ...parts, frame }
  const hint = newProxyHints(log, parts.now)
  const turn = fewAtATime(pagesATurn)

  return new Hono<WebEnv>({ getPath: pathAfter(base) })
    .use(nothingKept)
    .use(findRequestOrigin(base, parts.isTrustedProxy))
    .use(
      secureHeaders({
        contentSecurityPolicy,
        permissionsPolicy,
        // With less, forms of ours would carry `Origin: null`, and over plain http nothing else says
        // that they are ours (`same-origin.ts`). Other sites learn nothing either way.
        referrerPolicy: 'same-origin',
        xFrameOptions: 'DENY',
        strictTransportSecurity: parts.strictTransport && `max-age=${180 * 24 * 60 * 60}`,
      }),
    )
    .use(async (c, next) => {
      const over = limiter.take('requests', c.var.requestOrigin.ip)
      if (!over) return next()
      // Not a page: whoever asks so often is to cost little.
      return c.text(textOf(c).tooManyRequests, 429, { 'Retry-After': `${over.retryAfterSeconds}` })
    })
    .use(async (c, next) => {
      await turn(c.var.requestOrigin.ip)
      return next()
    })
    .use(async (c, next) => {
      if (c.var.requestOrigin.origin === nowhere) return c.text(textOf(c).noHost, 400)
      // Both what the proxy says and what it asks: not every proxy takes a claim of the browser's out.
      const asked = [c.var.requestOrigin.origin, new URL(c.req.url)]
      if (asked.every(({ hostname }) => isKnownHost(hostname, publicHosts))) return next()
      return c.text(textOf(c).unknownHost, 421)
    })
    .use(async (c, next) => {
      if (c.req.url.length <= maxUrl) return next()
      return c.text(textOf(c).notFound, 414)
    })
    .use((c, next) => {
      const { pathname, search } = new URL(c.req.url)
      if (pathname.startsWith(`${base}/`)) return next()
      // The way to our first page: without its slash it is not below the base.
      if (pathname === base) return Promise.resolve(c.redirect(`${base}/${search}`, 308))
      return Promise.resolve(problem(c, textOf(c).notFound, 404))
    })
    .get('/assets/:name', (c) => {
      const found = assets.get(c.req.param('name'))
      if (!found) return c.notFound()
      const current = c.req.query('v') === found.etag
      return c.body(found.body, 200, {
        'Content-Type': found.type,
        'Cache-Control': current ? 'public, max-age=31536000, immutable' : 'no-cache',
      })
    })
    .use(sameOriginOnly((c) => problem(c, whyForeign(c, c.var.requestOrigin), 403)))
    .use(knowBrowser(parts))
    .get('/live', (c) => {
      const { identity, ip } = c.var.browser
      // A browser sends the origin of the page that opens a socket; ours alone may (RFC 6455, 10.2).
      if (!isOwnOrigin(c.req.header('Origin'), c.var.requestOrigin)) {
        return c.text(whyForeign(c, c.var.requestOrigin), 403)
      }
      const { name, callPort, anyPort, registered, admitted } = identity ?? {}
      const isAdmitted = !hasToSay(accessCode, admitted)
      const data = newTab({
        sessionId: identity?.id ?? '',
        claim:
          registered && name && callPort && isAdmitted
            ? { name, callPort, anyPort, ip }
            : undefined,
        language: languageOf(c),
        ip,
      })
      const upgraded = (c.env as Upgrader).upgrade(c.req.raw, { data, headers: cookiesOf(c.res) })
      if (upgraded) return c.body(null)
      const { host } = c.var.requestOrigin.origin
      hint({ lacks: 'Upgrade', asking: host, asked: host })
      return c.text('WebSocket', 426, { Upgrade: 'websocket' })
    })
    .post('/language', async (c) => {
      const { language, back } = await formOf(c)
      if (language && isLanguage(language)) rememberLanguage(c, language)
      return c.redirect(localPath(back, base), 303)
    })
    .on('GET', formPaths, (c) => goTo(c, '/'))
    .route('/', signInRoutes(routed))
    .route('/', peopleRoutes(routed))
    .notFound((c) => problem(c, textOf(c).notFound, 404))
    .onError((error, c) => {
      if (error instanceof HTTPException) return problem(c, textOf(c).forbidden, error.status)
      if (error instanceof RegistryLost) return problem(c, textOf(c).registryAway, 503)
      log({ event: 'bug', where: `${c.req.method} ${c.req.path}`, error })
      return problem(c, textOf(c).internal, 500)
    })

  /** For a request that no page of ours made, or that a proxy made look so. */
  function whyForeign(c: Context, requestOrigin: RequestOrigin): string {
    const asking = otherHost(c.req, requestOrigin)
    if (asking === undefined) return textOf(c).forbidden
    hint({ lacks: 'Host', asking, asked: requestOrigin.origin.host })
    return textOf(c).forbiddenOrProxy
  }

  function problem(c: Parameters<typeof page>[0], why: string, status: HTTPException['status']) {
    c.status(status)
    const t = textOf(c)
    const fragment = wantsFragment(c)
    const content = <Problem t={t} base={base} why={why} inDialog={fragment} />
    return fragment ? c.html(content) : page(c, { frame }, t.problemTitle, undefined, content)
  }
}

/**
 * All that we answer is for one browser at one time, refusals and redirects too: nobody on the way is
 * to keep any of it. Assets say themselves how long they are good.
 */
const nothingKept = createMiddleware(async (c, next) => {
  await next()
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
})

/** Those that a response sets, for one that is not made by the routes. */
const cookiesOf = ({ headers }: Response): Headers =>
  new Headers(headers.getSetCookie().map((cookie) => ['Set-Cookie', cookie]))

/** A path of ours to go back to: never another site's, however it is written. */
function localPath(path: unknown, base: string): string {
  const here = 'http://here.invalid'
  const url = typeof path === 'string' ? URL.parse(path, here) : null
  if (url?.origin !== here) return `${base}/`
  const local = url.pathname.replace(/^\/+/, '/')
  return local.startsWith(`${base}/`) ? local + url.search : `${base}/`
}

/** What the routes are matched by: the path without the base. What is not below it never comes so far. */
const pathAfter =
  (base: string) =>
  (request: Request): string =>
    getPath(request).slice(base.length) || '/'
