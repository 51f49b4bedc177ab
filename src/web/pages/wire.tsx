/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from 'hono'
import { CallDrawingPage } from '../../../views/wire/call-drawing.tsx'
import { WirePage, WirePanel } from '../../../views/wire/wire.tsx'
import { languageOf } from '../http/language.ts'
import { baseOf, respond } from '../http/page.tsx'
import type { WebEnv } from '../session/browser.ts'
import type { Session } from '../session/sessions.ts'
import { lastCall } from '../wire/call-steps.ts'
import { shownLines, wireWords } from '../wire/explain.ts'
import { registeredOnly } from './people.tsx'

/** What this browser's own registry connection sent and got. */
export const wireRoutes = () =>
  new Hono<WebEnv & { Variables: { session: Session } }>()
    .use('/wire', registeredOnly)
    .get('/wire', (c) => {
      const { me, wire } = c.var.session
      const words = wireWords[languageOf(c)]
      const props = { words, base: baseOf(c), lines: shownLines(wire.after(0), words) }
      return respond(c, {
        title: words.title,
        me,
        content: <WirePage {...props} />,
        fragment: <WirePanel {...props} />,
      })
    })
    .use('/wire/call', registeredOnly)
    .get('/wire/call', (c) => {
      const { me, wire } = c.var.session
      const words = wireWords[languageOf(c)]
      const content = (
        <CallDrawingPage words={words} base={baseOf(c)} call={lastCall(wire.after(0))} />
      )
      return respond(c, { title: words.callTitle, me, content })
    })
