/** @jsxRuntime automatic @jsxImportSource hono/jsx */
/**
 * A bare Hono server that renders Encontro's own pages, with nothing around: no cookies, no
 * sessions, no headers, no limits, no log. `bun hono-page.tsx SETTINGS`, which is JSON; it takes the
 * people from the registry at its start, and prints the port on which it then answers.
 */
import { Hono } from 'hono'
import type { Child, FC } from 'hono/jsx'
import { connectRegistry } from '../../src/client/registry-client.ts'
import { formatEndpoint } from '../../src/endpoint.ts'
import { languages } from '../../src/text/languages.ts'
import { loadAssets } from '../../src/web/assets/assets.ts'
import { PeopleBook, type Person } from '../../src/web/book/people-book.ts'
import { showView } from '../../src/web/live/lists/list-group.ts'
import { Rows } from '../../src/web/live/lists/rows.tsx'
import { type Frame, Layout } from '../../views/layout.tsx'
import { type ListView, People } from '../../views/people.tsx'
import { PersonPage } from '../../views/person.tsx'
import { SignIn } from '../../views/sign-in.tsx'

export type PageSettings = {
  registryPort: number
  /** Who looks. */
  me: { name: string; ip: string }
  /** Whose details are shown: not oneself. */
  whom: { name: string; ip: string }
  /** The paths of Encontro's pages, with their queries. */
  paths: { form: string; list: string; details: string }
}

/** What is in the form's field where Encontro puts a port at random. */
export const suggestedPort = '5000'

/** What is in the form's field where Encontro puts another id into each form; as long as one. */
export const givenFormId = 'a-form-id-of-22-digits'

/** Before the paths of the same pages as strings, rendered once. */
export const fixed = '/fixed'

const t = languages.pt

async function peopleOf(registryPort: number): Promise<PeopleBook> {
  const book = new PeopleBook({ change: () => {}, replaced: () => {} })
  const synced = Promise.withResolvers<void>()
  const client = await connectRegistry({
    hostname: '127.0.0.1',
    port: registryPort,
    onPush(push) {
      book.apply(push)
      if (push.kind === 'synced') synced.resolve()
    },
  })
  book.reopen()
  await client.ask({ verb: 'watch' })
  await synced.promise
  client.close()
  return book
}

async function serve({ registryPort, me, whom, paths }: PageSettings): Promise<number> {
  const [assets, book] = await Promise.all([loadAssets(), peopleOf(registryPort)])
  const person = book.find(whom.name, whom.ip)
  if (!person) throw new Error(`${whom.name} is not there`)
  const { name, ip, since } = person
  const callAddress = formatEndpoint({ ip, port: person.callPort })
  const view: ListView = { filter: '', order: 'name', start: 1, pages: 1 }
  const shown = showView(book, view)
  const mine = book.find(me.name, me.ip)
  if (!mine) throw new Error(`${me.name} is not there`)

  // Anew each time, as Hono's own user would.
  const rowsOf = (people: readonly Person[]) => new Rows().html(people, 'pt', { mine })

  const Page: FC<{ title: string; path: string; me?: Frame['me']; children?: Child }> = (props) => {
    const frame: Frame = {
      ...{ language: 'pt', asset: assets.url, base: '', path: props.path },
      // As the settings have it unless told otherwise.
      maxMembers: 6,
    }
    return (
      <Layout frame={props.me ? { ...frame, me: props.me } : frame} title={props.title}>
        {props.children}
      </Layout>
    )
  }
  const pages = {
    [paths.form]: () => (
      <Page title={t.signInTitle} path={paths.form}>
        <SignIn
          t={t}
          base=""
          formId={givenFormId}
          name=""
          call=""
          callPort={suggestedPort}
          suggestedPort={suggestedPort}
          ip={me.ip}
          asksCode={false}
          showsPartners={false}
        />
      </Page>
    ),
    [paths.list]: () => (
      <Page title={t.peopleTitle} path={paths.list} me={me}>
        <People
          {...{ t, view, ...shown, base: '', asOf: Date.now() }}
          rows={rowsOf(shown.rows)}
          own={mine}
        />
      </Page>
    ),
    [paths.details]: () => (
      <Page title={t.personTitle(name)} path={paths.details} me={me}>
        <PersonPage {...{ t, base: '', name, ip, callAddress, since, reach: person }} />
      </Page>
    ),
  }

  const app = new Hono()
  for (const [path, render] of Object.entries(pages)) {
    const [pathname = ''] = path.split('?')
    const rendered = String(render())
    app.get(pathname, (c) => c.html(render()))
    app.get(fixed + pathname, (c) => c.html(rendered))
  }
  return Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: app.fetch }).port ?? 0
}

if (import.meta.main) console.log(await serve(JSON.parse(process.argv[2] ?? '')))
