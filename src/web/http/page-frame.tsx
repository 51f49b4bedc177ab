/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type Frame, Layout } from '../../../views/layout.tsx'
import { OperatorNotice } from '../../../views/operator/notice.tsx'
import { languages } from '../../text/languages.ts'
import type { Text } from '../../text/pt.ts'

/** The same on all pages. */
type Everywhere = Omit<
  Frame,
  | 'language'
  | 'path'
  | 'me'
  | 'operator'
  | 'notice'
  | 'isAddressesTold'
  | 'addressesCookie'
  | 'hasNoDevices'
>

const noticeOf = (t: Text, text: string): string =>
  text === '' ? '' : String(<OperatorNotice t={t} text={text} />)

export type FrameProps = Omit<Frame, keyof Everywhere> & { title: string; notice?: string }

type Part = 'title' | 'path' | 'me' | 'notice' | 'addressesCookie' | 'content'

/** What a template depends on. */
type Kind = Pick<FrameProps, 'language' | 'operator' | 'isAddressesTold' | 'hasNoDevices'> & {
  registered: boolean
}

/** Stands where a part goes; of characters that no name, path or text of ours has. */
const markOf = (part: Part) => `\u{F0000}${part}\u{F0001}`
const marks = /\u{F0000}(\w+)\u{F0001}/u

/**
 * What is around every page: the same for everybody but for a few words, and more work to render
 * than most of what stands in it. It is rendered once for each language, and again for those who
 * are registered, with marks where the words go.
 */
export class PageFrame {
  readonly #everywhere: Everywhere
  readonly #templates = new Map<string, readonly string[]>()

  /** `asset` gives the path of a file after the base. */
  constructor(everywhere: Everywhere) {
    const { asset, base } = everywhere
    this.#everywhere = { ...everywhere, asset: (name) => base + asset(name) }
  }

  /** The whole page. `content` is HTML. */
  around(props: FrameProps, content: string): string {
    const { language, title, path, me, operator, notice = '', addressesCookie = '' } = props
    const { isAddressesTold = false, hasNoDevices = false } = props
    const words: Record<Part, string> = {
      title: Bun.escapeHTML(title),
      path: Bun.escapeHTML(path),
      me: Bun.escapeHTML(me?.name ?? ''),
      notice: noticeOf(languages[language], notice),
      addressesCookie: Bun.escapeHTML(addressesCookie),
      content,
    }
    // Every other one is the name of a part.
    const registered = me !== undefined
    const kind = { language, operator, isAddressesTold, hasNoDevices, registered }
    const pieces = this.#template(kind)
    return pieces.map((piece, index) => (index % 2 === 0 ? piece : words[piece as Part])).join('')
  }

  #template({ registered, ...kind }: Kind): readonly string[] {
    const key = Object.values({ registered, ...kind }).join()
    const known = this.#templates.get(key)
    if (known) return known
    const around = {
      path: markOf('path'),
      notice: markOf('notice'),
      addressesCookie: markOf('addressesCookie'),
    }
    const frame: Frame = { ...this.#everywhere, ...kind, ...around }
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
