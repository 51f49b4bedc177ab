/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { getPath } from 'hono/utils/url'
import type { Relay } from '../../views/layout.tsx'
import { Problem } from '../../views/problem.tsx'
import { RegistryLost } from '../client/registry-client.ts'
import type { Log } from '../log/log.ts'
import { isLanguage } from '../text/languages.ts'
import { answerAsset } from './assets/asset-answer.ts'
import type { Assets } from './assets/assets.ts'
import { formOf } from './http/form.ts'
import {
  belowBase,
  inTurn,
  knownHostsOnly,
  nothingKept,
  rateLimited,
  shortUrlsOnly,
} from './http/guards.ts'
import { rememberLanguage } from './http/language.ts'
import { baseOf, framePages, goTo, respond, textOf } from './http/page.tsx'
import { PageFrame } from './http/page-frame.tsx'
import { newProxyHints } from './http/proxy-hints.ts'
import { findRequestOrigin } from './http/request-origin.ts'
import { otherHost, sameOriginOnly } from './http/same-origin.ts'
import { liveRoute } from './live/live-route.ts'
import { answerHealth, type HealthParts } from './operator/health.ts'
import { answerMetrics, type MetricsParts } from './operator/metrics.ts'
import { type OperatorParts, operatorRoutes } from './operator/routes.tsx'
import { type ConsoleRouteParts, consoleRoutes } from './pages/console.tsx'
import { freePeopleRoutes } from './pages/free-people.tsx'
import { type InviteParts, inviteRoutes } from './pages/invite.tsx'
import { type PeopleParts, peopleRoutes } from './pages/people.tsx'
import { type PeopleJsonParts, peopleJsonRoutes } from './pages/people-json.ts'
import { type SignInParts, signInRoutes } from './pages/sign-in.tsx'
import { wireRoutes } from './pages/wire.tsx'
import { type KnowBrowserParts, knowBrowser, type WebEnv } from './session/browser.ts'

export type AppParts = SignInParts &
  PeopleParts &
  InviteParts &
  HealthParts &
  MetricsParts &
  OperatorParts &
  PeopleJsonParts &
  ConsoleRouteParts &
  KnowBrowserParts & {
    relay: Relay
    /** What the operator tells everybody; empty where that is nothing. */
    notice: () => string
    maxCallMembers: number
    assets: Assets
    publicHosts: readonly string[]
    isTrustedProxy: (ip: string) => boolean
    /** Whether browsers are told to come back over TLS alone: there is a certificate they know. */
    strictTransport: boolean
    log: Log
    /** Any clock that only goes forward, in milliseconds. */
    now: () => number
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
 * Where a refused form leaves a browser without script: asked for again, each is a page like any other.
 */
const formPaths = ['/register', '/leave', '/language']

/** The web page: its routes, and what is true of all of them. */
export function createApp(parts: AppParts) {
  const { assets, accessCode, log, basePath: base } = parts
  const hint = newProxyHints(log, parts.now)

  /** The static file that is asked for, if there is one. */
  function assetAsked(c: Context) {
    // Before the host is looked at, which may be none.
    const { pathname = '' } = URL.parse(c.req.url) ?? {}
    const prefix = `${base}/assets/`
    return pathname.startsWith(prefix) ? assets.get(pathname.slice(prefix.length)) : undefined
  }

  /** For a request that no page of ours made, or that a proxy made look so. */
  function whyForeign(c: Context): string {
    const { requestOrigin } = c.var
    const asking = otherHost(c.req, requestOrigin)
    if (asking === undefined) return textOf(c).forbidden
    hint({ lacks: 'Host', asking, asked: requestOrigin.origin.host })
    return textOf(c).forbiddenOrProxy
  }

  return (
    new Hono<WebEnv>({ getPath: pathAfter(base) })
      .use(nothingKept)
      .use(findRequestOrigin(base, parts.isTrustedProxy))
      .use(headers(parts))
      .use(rateLimited(parts.limiter, (c) => assetAsked(c) !== undefined))
      .use(answerHealth(parts))
      .use(inTurn())
      .use(knownHostsOnly(parts.publicHosts))
      .use(shortUrlsOnly)
      .use(framePages(new PageFrame(frameOf(parts)), parts.notice))
      .use(belowBase(base, notFound))
      .get('/assets/:name', (c, next) => {
        const found = assetAsked(c)
        return found ? Promise.resolve(answerAsset(c, found)) : next()
      })
      .get('/metrics', answerMetrics(parts))
      .use(sameOriginOnly((c) => problem(c, whyForeign(c), 403)))
      .use(knowBrowser(parts))
      .get(
        '/live',
        liveRoute({
          accessCode,
          farewells: parts.farewells,
          whyForeign,
          notUpgraded: (host) => hint({ lacks: 'Upgrade', asking: host, asked: host }),
        }),
      )
      .post('/language', async (c) => {
        const { language, back } = await formOf(c)
        if (language && isLanguage(language)) rememberLanguage(c, language)
        return c.redirect(localPath(back, base), 303)
      })
      .on('GET', formPaths, (c) => goTo(c, '/'))
      .route('/', signInRoutes(parts))
      // Before the pages, which send whoever is not registered to the form.
      .route('/', peopleJsonRoutes(parts))
      .route('/', peopleRoutes(parts))
      .route('/', freePeopleRoutes(parts))
      .route('/', inviteRoutes(parts))
      .route('/', wireRoutes())
      .route('/', consoleRoutes(parts))
      .route('/', operatorRoutes(parts))
      .notFound(notFound)
      .onError((error, c) => {
        if (error instanceof HTTPException) return problem(c, textOf(c).forbidden, error.status)
        if (error instanceof RegistryLost) return problem(c, textOf(c).registryAway, 503)
        log({ event: 'bug', where: `${c.req.method} ${c.req.path}`, error })
        return problem(c, textOf(c).internal, 500)
      })
  )
}

const frameOf = ({ assets, relay, basePath, secureUrl, maxCallMembers }: AppParts) => ({
  asset: assets.url,
  ...{ relay, base: basePath, secureUrl, maxMembers: maxCallMembers },
})

const headers = ({ strictTransport }: AppParts) =>
  secureHeaders({
    contentSecurityPolicy,
    permissionsPolicy,
    // With less, forms of ours would carry `Origin: null`, and over plain http nothing else says that
    // they are ours (`same-origin.ts`). Other sites learn nothing either way.
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    strictTransportSecurity: strictTransport && `max-age=${180 * 24 * 60 * 60}`,
  })

const notFound = (c: Context) => problem(c, textOf(c).notFound, 404)

function problem(c: Context, why: string, status: HTTPException['status']) {
  c.status(status)
  const t = textOf(c)
  const props = { t, base: baseOf(c), why }
  return respond(c, {
    title: t.problemTitle,
    content: <Problem {...props} inDialog={false} />,
    fragment: <Problem {...props} inDialog={true} />,
  })
}

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
