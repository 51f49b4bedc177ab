/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { WireText } from '../../src/text/wire-pt.ts'

/** One line of a connection to the registry, with what it means. */
export type ShownLine = {
  /** Its place on its connection, from 1. */
  number: number
  /** Unix time in milliseconds. */
  at: number
  sender: 'client' | 'registry'
  kind: 'request' | 'reply' | 'push'
  text: string
  /** Characters after that which are left out. */
  cut: number
  /** What follows these: of a signal, the fields with the member that it is for, or from. */
  end: string
  /** Of a reply: the number of its request; 0 for none. */
  answers: number
  meaning: string
}

export type WireProps = {
  words: WireText
  lines: readonly ShownLine[]
}

export const WireLines: FC<WireProps> = ({ words, lines }) => (
  <>
    {lines.map((line) => (
      <Line words={words} line={line} />
    ))}
  </>
)

const Line: FC<{ words: WireText; line: ShownLine }> = ({ words, line }) => {
  const { number, at, sender, kind, text, cut, end, answers, meaning } = line
  const moment = new Date(at).toISOString()
  return (
    <li class={`wire__line wire__line--${kind}`} data-wire-number={number}>
      <p class="wire__facts">
        <span>{number}</span>
        <time datetime={moment} data-with-seconds="">
          {moment.slice(11, 19)}
        </time>
        <span>{sender === 'client' ? words.sent : words.received}</span>
        {kind === 'push' && <span class="tag">{words.push}</span>}
        {answers > 0 && <span>{words.answers(answers)}</span>}
      </p>
      <p>
        <span class="wire__arrow" aria-hidden="true">
          {sender === 'client' ? '→' : '←'}
        </span>
        <code class="wire__text" dir="auto">
          {text}
        </code>
        {cut > 0 && <span class="wire__cut"> {words.more(cut)}</span>}
        {end !== '' && (
          <>
            {' '}
            <code class="wire__end" dir="ltr">
              {end}
            </code>
          </>
        )}
      </p>
      <p class="wire__meaning">{meaning}</p>
    </li>
  )
}

/** The wire below a page, for as long as it is open. The page's script works its buttons. */
export const WirePanel: FC<WireProps & { base: string }> = (props) => (
  <>
    <div class="wire__head">
      <h2>{props.words.title}</h2>
      <a class="button button--link" href={`${props.base}/wire/call`}>
        {props.words.callLink}
      </a>
      <button class="button button--quiet" type="button" data-wire-close="">
        {props.words.hide}
      </button>
    </div>
    <WireTools words={props.words} />
    <LineList {...props} />
  </>
)

/** The same as a page of its own. */
export const WirePage: FC<WireProps & { base: string }> = (props) => (
  <section class="wire">
    <h1>{props.words.title}</h1>
    <p>{props.words.lead}</p>
    <noscript>
      <p class="hint">{props.words.asOf}</p>
    </noscript>
    <WireTools words={props.words} />
    <LineList {...props} />
    <p>
      <a class="button button--quiet" href={`${props.base}/wire/call`}>
        {props.words.callLink}
      </a>
    </p>
  </section>
)

/** It scrolls, also by the keyboard. */
const LineList: FC<WireProps> = (props) => (
  <ol id="wire-lines" class="wire__lines" tabindex={0} aria-label={props.words.title}>
    <WireLines {...props} />
  </ol>
)

const WireTools: FC<{ words: WireText }> = ({ words }) => (
  <div class="wire__tools needs-script">
    <input
      id="wire-filter"
      class="input"
      type="search"
      aria-label={words.filter}
      placeholder={words.filter}
      maxlength={64}
    />
    <button
      class="button button--quiet"
      type="button"
      data-wire-pause=""
      data-wire-other={words.goOn}
    >
      {words.pause}
    </button>
    <button
      class="button button--quiet"
      type="button"
      data-wire-copy=""
      data-copy=""
      data-copied={words.copied}
    >
      {words.copyAll}
    </button>
  </div>
)

/** Leads to the console. */
export const ConsoleLink: FC<{ words: WireText; base: string }> = ({ words, base }) => (
  <a class="button button--link" href={`${base}/console`}>
    {words.console}
  </a>
)

/** Opens the wire below the page, or goes to its page. */
export const WireLink: FC<{ words: WireText; base: string }> = ({ words, base }) => (
  <a
    id="wire-link"
    class="button button--link"
    href={`${base}/wire`}
    hx-get={`${base}/wire`}
    hx-target="#wire"
    hx-swap="innerHTML show:none"
    hx-push-url="false"
  >
    {words.show}
  </a>
)
