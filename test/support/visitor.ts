export type Page = { status: number; headers: Headers; html: string }

/** Answers one request, without following redirects. */
export type Site = (path: string, init: RequestInit) => Promise<Response>

/** A browser without JavaScript: cookies are kept, redirects are shown, not followed. */
export class Visitor {
  readonly #site: Site
  readonly #language: string
  readonly cookies = new Map<string, string>()

  constructor(site: Site, { language = 'pt-BR,pt;q=0.9' } = {}) {
    this.#site = site
    this.#language = language
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** The value of the cookie by which the server knows it again. */
  get identity(): string | undefined {
    const names = [...this.cookies.keys()]
    return this.cookies.get(names.find((name) => /encontro-\d+[\w.-]*$/.test(name)) ?? '')
  }

  /** Takes the other's cookies along to a server there: a copy, or the same browser after a restart. */
  takeCookiesOf(other: Visitor, url: string): void {
    const { port } = new URL(url)
    for (const [name, value] of other.cookies) {
      this.cookies.set(name.replace(/-\d+$/, `-${port}`), value)
    }
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.#ask(path, { headers })
  }

  async post(
    path: string,
    form: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Page> {
    // A form is sent from a page that was opened before; the server has written a cookie then.
    if (path === '/register' && this.cookies.size === 0) await this.get('/')
    const body = new URLSearchParams(form).toString()
    const own = {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Sec-Fetch-Site': 'same-origin',
    }
    return this.#ask(path, { method: 'POST', body, headers: { ...own, ...headers } })
  }

  /** Opens the form and sends it. */
  async register(name: string, callPort: number | string): Promise<Page> {
    const formId = formIdIn((await this.get('/')).html)
    return this.post('/register', { name, callPort: String(callPort), formId })
  }

  async #ask(
    path: string,
    init: { method?: string; body?: string; headers: Record<string, string> },
  ): Promise<Page> {
    const headers: Record<string, string> = { 'Accept-Language': this.#language, ...init.headers }
    if (this.cookies.size > 0) headers.Cookie = this.cookieHeader
    const response = await this.#site(path, { ...init, headers })
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie)
    return { status: response.status, headers: response.headers, html: await response.text() }
  }

  #keep(cookie: string): void {
    const [pair = ''] = cookie.split(';')
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    if (/max-age=0/i.test(cookie)) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

/** By what the server knows this form from all others. */
export const formIdIn = (html: string): string =>
  /name="formId" value="([^"]+)"/.exec(html)?.[1] ?? ''
