import { GlobalRegistrator } from '@happy-dom/global-registrator'
import { eventually } from './eventually.ts'
import { Visitor } from './visitor.ts'

// happy-dom's stand-ins keep cookies and some headers to themselves.
const native = { fetch: globalThis.fetch, Response: globalThis.Response }

/** A browser that asks a real server, also while a page of happy-dom's is open. */
export const remoteVisitor = (url: string): Visitor =>
  new Visitor((path, init) => native.fetch(url + path, { ...init, redirect: 'manual' }))

/**
 * A page in happy-dom with the real htmx, its requests answered by a visitor's browser: for what
 * htmx does with our pages and needs no browser. happy-dom replaces the globals of the whole
 * process (fetch, URL, timers, …), so that a page is always closed again.
 */
export async function openPage(visitor: Visitor, path: string): Promise<DomPage> {
  const { html } = await visitor.get(path)
  GlobalRegistrator.register({ url: `http://localhost${path}` })
  // biome-ignore lint/suspicious/noExplicitAny: happy-dom lacks it and its types do not know it
  ;(globalThis as any).XPathEvaluator = StartsWithEvaluator
  // @ts-expect-error the package has no types for this file
  const { default: htmx } = await import('htmx.org/dist/htmx.esm.js')
  const page = new DomPage()
  globalThis.fetch = Object.assign(
    async (input: string | URL | Request, init: RequestInit = {}) => {
      const url = new URL(String(input), 'http://localhost')
      const headers = Object.fromEntries(Object.entries(init.headers ?? {}))
      const target = url.pathname + url.search
      const sent = init.body as FormData | URLSearchParams | undefined
      const form = Object.fromEntries([...(sent?.entries() ?? [])].map(([k, v]) => [k, String(v)]))
      const answer =
        init.method === 'POST'
          ? await visitor.post(target, form, headers)
          : await visitor.get(target, headers)
      page.asked.push(`${init.method ?? 'GET'} ${target}`)
      const went = answer.headers.get('HX-Redirect')
      if (went) page.went = went
      const body = answer.status === 204 ? null : answer.html
      return new native.Response(body, { status: answer.status, headers: answer.headers })
    },
    { preconnect: () => {} },
  )
  window.fetch = globalThis.fetch as unknown as typeof window.fetch
  document.body.innerHTML = html.match(/<body[^>]*>(.*)<\/body>/s)?.[1] ?? ''
  htmx.process(document.body)
  return page
}

export class DomPage {
  readonly asked: string[] = []
  /** Where the server sent the browser. */
  went: string | undefined

  type(selector: string, text: string): void {
    const field = document.querySelector<HTMLInputElement>(selector)
    if (!field) throw new Error(`no ${selector}`)
    field.value = text
  }

  submit(selector: string): void {
    document.querySelector<HTMLFormElement>(selector)?.requestSubmit()
  }

  click(selector: string): void {
    const element = document.querySelector<HTMLElement>(selector)
    if (!element) throw new Error(`no ${selector}`)
    element.click()
  }

  text(selector: string): string | undefined {
    return document.querySelector(selector)?.textContent ?? undefined
  }

  has(selector: string): boolean {
    return document.querySelector(selector) !== null
  }

  until(what: string, condition: () => boolean): Promise<true> {
    return eventually(what, condition)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await GlobalRegistrator.unregister()
  }
}

/** As much of XPath as htmx needs: elements with an attribute whose name starts so. */
class StartsWithEvaluator {
  createExpression(path: string) {
    const prefixes = [...path.matchAll(/starts-with\(name\(\), "([^"]+)"\)/g)].map(
      (m) => m[1] ?? '',
    )
    return {
      evaluate(root: ParentNode) {
        const hits = [...root.querySelectorAll('*')].filter((element) =>
          element.getAttributeNames().some((name) => prefixes.some((p) => name.startsWith(p))),
        )
        let next = 0
        return { iterateNext: () => hits[next++] ?? null }
      },
    }
  }
}
