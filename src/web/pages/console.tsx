/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono'
import { ConsolePage, type ConsoleProps } from '../../../views/wire/console.tsx'
import { helpLines } from '../../wire/help.ts'
import { formOf } from '../http/form.ts'
import { languageOf } from '../http/language.ts'
import { baseOf, respond } from '../http/page.tsx'
import type { WebParts } from '../parts.ts'
import type { WebEnv } from '../session/browser.ts'
import type { Session } from '../session/sessions.ts'
import { openConsole } from '../wire/console.ts'
import { shownLines, wireWords } from '../wire/explain.ts'
import { saysSecret, type WireLine } from '../wire/wire-log.ts'
import { registeredOnly } from './people.tsx'

export type ConsoleRouteParts = Pick<WebParts, 'behalf' | 'ownEnds'>

type Env = WebEnv & { Variables: { session: Session } }

/** How long requests that were sent all at once may take, in milliseconds. */
const patienceMs = 5_000

/** Lines that are sent: one request to the page must cost no more than some to the registry. */
const maxRequests = 50

/** A terminal of the registry, for people without one. */
export const consoleRoutes = ({ behalf, ownEnds }: ConsoleRouteParts) =>
  new Hono<Env>()
    .use('/console', registeredOnly)
    .get('/console', (c) => show(c))
    .post('/console', async (c) => {
      const { text = '' } = await formOf(c)
      if (!behalf) return show(c)
      const closed = Promise.withResolvers<void>()
      const { ip } = c.var.session.me
      const console = await openConsole({ behalf, ownEnds, ip, closed: closed.resolve })
      // Browsers send CR and LF, and the last line without an ending.
      const lines = text.trimEnd().split(/\r?\n/).slice(0, maxRequests)
      console.type(`${lines.join('\n')}\n`)
      console.endInput()
      await Promise.race([closed.promise, Bun.sleep(patienceMs)])
      console.close()
      return show(c, { text: withoutSecrets(text), lines: console.log.after(0) })
    })

/** What is shown again, to be changed and sent again. */
const withoutSecrets = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !saysSecret(line))
    .join('\n')

function show(c: Context<Env>, asked?: { text: string; lines: readonly WireLine[] }) {
  const words = wireWords[languageOf(c)]
  const props: ConsoleProps = {
    words,
    base: baseOf(c),
    completions,
    ...(asked ? { asked: { ...asked, lines: shownLines(asked.lines, words) } } : {}),
  }
  return respond(c, {
    title: words.consoleTitle,
    me: c.var.session.me,
    content: <ConsolePage {...props} />,
  })
}

/** The verbs, with a comma where fields follow, each with the first line of the help about it. */
const completions: ConsoleProps['completions'] = [
  ...new Set(helpLines.flatMap((line) => /^[a-z]+,?/.exec(line) ?? [])),
].map((begins) => ({ begins, does: helpLines.find((line) => line.startsWith(begins)) ?? '' }))
