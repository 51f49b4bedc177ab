/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Child, FC } from 'hono/jsx'
import { isolated } from '../src/text/isolated.ts'
import { type Language, languages, operatorTexts, wireTexts } from '../src/text/languages.ts'
import { CallArea } from './call.tsx'
import { AddressNotice, RelayChoice } from './calls/call-addresses.tsx'
import { InviteButton } from './invite.tsx'
import { ConsoleLink, WireLink } from './wire/wire.tsx'

/** Whether calls may go through a relay: each of them has to, each person may choose it, or there is none. */
export type Relay = 'always' | 'offered' | 'none'

/** What every page has around it. */
export type Frame = {
  language: Language
  /** Where each static file is, by its name in `public`. */
  asset: (name: string) => string
  relay?: Relay
  /** Where the page is over TLS, for people who came without. */
  secureUrl?: string | undefined
  /** How many people may be in one call. */
  maxMembers?: number
  /** The path that all of ours begin with: empty, or with a slash at its beginning alone. */
  base: string
  /** Where the language switch leads back to. */
  path: string
  /** What the operator tells everybody, as HTML. */
  notice?: string
  /** The registration of the browser, if it has one; then the page stays connected. */
  me?: { name: string }
  /** Whether their browser says that they know what a call shows of them. */
  isAddressesTold?: boolean | undefined
  /** What the page's script says so with: a cookie, but for how long it is kept. */
  addressesCookie?: string
  /** Whether the browser gives the page no camera, since it came without TLS. */
  hasNoDevices?: boolean | undefined
  /** It is the operator's page, `in` once the key was said; then the page stays connected, too. */
  operator?: 'in' | 'out' | undefined
}

// Every status swaps in htmx 4, so a refused form comes back as a page fragment with 422 and needs
// no special case; a hidden tab must stay connected, or its person would leave (hx-ws would close
// its socket); nobody should wait longer than two seconds for a server that is back.
const htmxConfig = JSON.stringify({
  noSwap: [204, 304],
  ws: { pauseOnBackground: false, reconnectDelay: 300, reconnectMaxDelay: 1500 },
})

export const Layout: FC<{ frame: Frame; title: string; children?: Child }> = ({
  frame,
  title,
  children,
}) => {
  const t = languages[frame.language]
  const path = frame.me ? '/live' : frame.operator === 'in' ? '/operator/live' : undefined
  const live = path ? { 'hx-ws:connect': `${frame.base}${path}`, 'hx-swap': 'none' } : {}
  // What the page's script loads once the page is there: at the form htmx, and then what calls need.
  const late = frame.me
    ? {
        'data-me': frame.me.name,
        'data-calls': frame.asset(`calls-${frame.language}.js`),
        'data-calls-style': frame.asset('calls.css'),
      }
    : path
      ? {}
      : { 'data-htmx': frame.asset('htmx.js') }
  return (
    <>
      {raw('<!doctype html>')}
      <html lang={t.language} data-relay={frame.relay ?? 'none'}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="htmx-config" content={htmxConfig} />
          <title>{`${title} · ${t.appName}`}</title>
          <link rel="icon" href={frame.asset('icon.svg')} type="image/svg+xml" />
          {/* So that a phone can keep the page among its programs. */}
          <link rel="manifest" href={frame.asset('manifest.webmanifest')} />
          <link rel="apple-touch-icon" href={frame.asset('apple-touch-icon.png')} />
          <link rel="stylesheet" href={frame.asset('style.css')} />
          {frame.operator && <link rel="stylesheet" href={frame.asset('operator.css')} />}
          {/* Ours first: it has to hear that the page is left before hx-ws closes its socket. */}
          <script src={frame.asset('page.js')} defer />
          {path && <script src={frame.asset('htmx.js')} defer />}
        </head>
        <body {...late} {...live}>
          <a class="skip" href="#main">
            {t.skipToContent}
          </a>
          <header class="top">
            <a class="top__home" href={`${frame.base}/`}>
              <Emblem />
              <span class="top__name">{t.appName}</span>
            </a>
            <div class="top__end">
              {frame.me && (
                <span class="top__me" dir="auto" title={t.registeredAs(isolated(frame.me.name))}>
                  {frame.me.name}
                </span>
              )}
              {frame.me && <InviteButton t={t} base={frame.base} class="top__invite" />}
              <LanguageSwitch frame={frame} />
              {frame.operator === 'in' && (
                <form method="post" action={`${frame.base}/operator/sign-out`}>
                  <button class="button button--quiet" type="submit">
                    {operatorTexts[frame.language].leave}
                  </button>
                </form>
              )}
              {frame.me && (
                <form method="post" action={`${frame.base}/leave`}>
                  <button class="button button--quiet" type="submit">
                    {t.leave}
                  </button>
                </form>
              )}
            </div>
          </header>
          {path && (
            <p id="offline" class="notice notice--warning" role="status" hidden>
              {frame.operator ? operatorTexts[frame.language].offline : t.offline}
            </p>
          )}
          <Notices frame={frame} />
          <main id="main" tabindex={-1}>
            {children}
          </main>
          {path && <dialog id="dialog" class="dialog" aria-labelledby="dialog-title" />}
          {frame.me && <CallArea t={t} base={frame.base} maxMembers={frame.maxMembers} />}
          {frame.me && (
            <footer class="bottom">
              {frame.relay === 'offered' && <RelayChoice t={t.call} />}
              <WireLink words={wireTexts[frame.language]} base={frame.base} />
              <ConsoleLink words={wireTexts[frame.language]} base={frame.base} />
            </footer>
          )}
          {frame.me && (
            <aside
              id="wire"
              class="wire wire--panel"
              aria-label={wireTexts[frame.language].title}
              hidden
            />
          )}
        </body>
      </html>
    </>
  )
}

/** As `public/icon.svg`, but here already when the page is painted first. */
const Emblem: FC = () => (
  <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
    <circle cx="11" cy="16" r="10" fill="#2b8a72" />
    <circle cx="21" cy="16" r="10" fill="#f0a367" />
    <path d="M16 7.34a10 10 0 0 1 0 17.32 10 10 0 0 1 0-17.32z" fill="#fff7ea" />
  </svg>
)

/**
 * What everybody should know before they go on. The server shows what it knows of: what a script showed
 * later would push the page down, and a press on *Call* might miss.
 */
const Notices: FC<{ frame: Frame }> = ({ frame }) => {
  const { call } = languages[frame.language]
  const isTold = frame.isAddressesTold || frame.relay === 'always'
  return (
    <div class="notices">
      <div id="operator-notice" role="status">
        {frame.notice}
      </div>
      {!frame.operator && (
        <p
          id="no-calls"
          class="notice notice--warning"
          role="status"
          data-missing={call.noCalls.missing}
          data-refused={call.noCalls.refused}
          hidden
        />
      )}
      {!frame.operator && <NoCamera frame={frame} />}
      {frame.me && <AddressNotice t={call} isTold={isTold} cookie={frame.addressesCookie ?? ''} />}
    </div>
  )
}

/**
 * For a page that the browser does not trust with devices, since it came without TLS (Secure Contexts,
 * section 3.1). Old browsers do not tell the server; then the page's script hides it.
 */
const NoCamera: FC<{ frame: Frame }> = ({ frame: { language, secureUrl, hasNoDevices } }) => (
  <p id="no-camera" class="notice notice--warning needs-script" hidden={!hasNoDevices}>
    {languages[language].noCamera}{' '}
    {secureUrl ? <a href={secureUrl}>{secureUrl}</a> : languages[language].askForSecure}
  </p>
)

/** The other languages, each by its code and, for a screen reader, its name. */
const LanguageSwitch: FC<{ frame: Frame }> = ({ frame }) => (
  <form class="top__languages" method="post" action={`${frame.base}/language`}>
    <input type="hidden" name="back" value={frame.path} />
    {Object.entries(languages)
      .filter(([code]) => code !== frame.language)
      .map(([code, text]) => (
        <button
          class="button button--link"
          type="submit"
          name="language"
          value={code}
          lang={text.language}
          title={text.languageName}
        >
          {code.toUpperCase()}
          <span class="visually-hidden"> – {text.languageName}</span>
        </button>
      ))}
  </form>
)
