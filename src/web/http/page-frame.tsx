/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type Frame, Layout, type Relay } from '../../../views/layout.tsx'
import type { Language } from '../../text/languages.ts'

export type FrameProps = Omit<Frame, 'asset' | 'relay' | 'base'> & { title: string }

type Part = 'title' | 'path' | 'me' | 'content'

/** Stands where a part goes; of characters that no name, path or text of ours has. */
const markOf = (part: Part) => `\u{F0000}${part}\u{F0001}`
const marks = /\u{F0000}(\w+)\u{F0001}/u

/**
 * What is around every page: the same for everybody but for a few words, and more work to render
 * than most of what stands in it. It is rendered once for each language, and again for those who
 * are registered, with marks where the words go.
 */
export class PageFrame {
  readonly #asset: (name: string) => string
  readonly #relay: Relay
  readonly #base: string
  readonly #secureUrl: string | undefined
  readonly #templates = new Map<string, readonly string[]>()

  /**
   * `base` is the path that all of ours begin with; `asset` gives the path of a file after it; `secureUrl` is
   * where the page is over TLS, for people who came without.
   */
  constructor(
    asset: (name: string) => string,
    relay: Relay = 'none',
    base = '',
    secureUrl?: string | undefined,
  ) {
    this.#secureUrl = secureUrl
    this.#asset = (name) => base + asset(name)
    this.#base = base
    this.#relay = relay
  }

  /** The whole page. `content` is HTML. */
  around({ language, title, path, me }: FrameProps, content: string): string {
    const words: Record<Part, string> = {
      title: Bun.escapeHTML(title),
      path: Bun.escapeHTML(path),
      me: Bun.escapeHTML(me?.name ?? ''),
      content,
    }
    // Every other one is the name of a part.
    const pieces = this.#template(language, me !== undefined)
    return pieces.map((piece, index) => (index % 2 === 0 ? piece : words[piece as Part])).join('')
  }

  #template(language: Language, registered: boolean): readonly string[] {
    const key = `${language} ${registered}`
    const known = this.#templates.get(key)
    if (known) return known
    const frame: Frame = {
      language,
      asset: this.#asset,
      relay: this.#relay,
      base: this.#base,
      secureUrl: this.#secureUrl,
      path: markOf('path'),
    }
    const page = (
      <Layout
        frame={registered ? { ...frame, me: { name: markOf('me') } } : frame}
        title={markOf('title')}
      >
        {markOf('content')}
      </Layout>
    )
    const pieces = String(page).split(marks)
    this.#templates.set(key, pieces)
    return pieces
  }
}
