/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { WireText } from '../../src/text/wire-pt.ts'
import { type ShownLine, WireLines } from './wire.tsx'

export type ConsoleProps = {
  words: WireText
  base: string
  /** The beginnings of requests, to complete what is typed, each with what it does. */
  completions: readonly { begins: string; does: string }[]
  /** Without JavaScript: what was typed, and what came of it. */
  asked?: { text: string; lines: readonly ShownLine[] }
}

/** A terminal of the registry. The page's script works it; without one, a form asks all at once. */
export const ConsolePage: FC<ConsoleProps> = (props) => (
  <section class="wire">
    <h1>{props.words.consoleTitle}</h1>
    <p>{props.words.consoleLead}</p>
    <Typing {...props} />
    <noscript>
      <AllAtOnce {...props} />
    </noscript>
  </section>
)

const Typing: FC<ConsoleProps> = ({ words, completions }) => (
  <div class="console needs-script">
    <p id="console-state" class="hint" role="status" />
    <ol
      id="console-lines"
      class="wire__lines console__lines"
      tabindex={0}
      aria-label={words.consoleReplies}
    />
    <form id="console-form" class="wire__tools" autocomplete="off">
      <input
        id="console-field"
        class="input console__field"
        list="console-completions"
        aria-label={words.consoleField}
        placeholder={words.consoleField}
        autocapitalize="off"
        spellcheck={false}
      />
      <datalist id="console-completions">
        {completions.map(({ begins, does }) => (
          <option value={begins}>{does}</option>
        ))}
      </datalist>
      <button class="button" type="submit">
        {words.consoleSend}
      </button>
      <select id="console-mode" class="input" aria-label={words.consoleMode}>
        {(['line', 'bare', 'keys'] as const).map((mode) => (
          <option value={mode}>{words.consoleModes[mode]}</option>
        ))}
      </select>
      <button id="console-end" class="button button--quiet" type="button">
        {words.consoleEnd}
      </button>
      <button id="console-anew" class="button button--quiet" type="button">
        {words.consoleAnew}
      </button>
    </form>
  </div>
)

const AllAtOnce: FC<ConsoleProps> = ({ words, base, asked }) => (
  <form class="form" method="post" action={`${base}/console`}>
    <div class="field">
      <label for="console-text">{words.consoleAll}</label>
      <textarea id="console-text" class="input" name="text" rows={6} maxlength={8000}>
        {asked?.text}
      </textarea>
    </div>
    <p>
      <button class="button" type="submit">
        {words.consoleSend}
      </button>
    </p>
    {asked && (
      <ol class="wire__lines" aria-label={words.consoleReplies}>
        <WireLines words={words} lines={asked.lines} />
      </ol>
    )}
  </form>
)
