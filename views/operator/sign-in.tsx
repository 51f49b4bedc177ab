/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { OperatorText } from '../../src/text/operator/pt.ts'

export type OperatorSignInProps = {
  o: OperatorText
  base: string
  problem?: string | undefined
  /** The page came without TLS, and not from this machine. */
  isReadable: boolean
}

export const OperatorSignIn: FC<OperatorSignInProps> = ({ o, base, problem, isReadable }) => (
  <section class="operator-sign-in">
    <h1>{o.enterTitle}</h1>
    {isReadable && (
      <p class="notice notice--warning" role="note">
        {o.plainHttp}
      </p>
    )}
    <form class="card form" method="post" action={`${base}/operator/sign-in`}>
      <div class="field">
        <label for="key">{o.key}</label>
        <input
          id="key"
          class="input"
          type="password"
          name="key"
          maxlength={256}
          required
          autocomplete="current-password"
          autofocus
          aria-invalid={problem ? 'true' : undefined}
          aria-describedby={problem ? 'key-problem key-hint' : 'key-hint'}
        />
        {problem && (
          <p id="key-problem" class="field__problem" role="alert">
            {problem}
          </p>
        )}
        <p id="key-hint" class="hint">
          {o.keyHint}
        </p>
      </div>
      <p class="form__buttons">
        <button class="button button--large" type="submit">
          {o.enter}
        </button>
      </p>
    </form>
  </section>
)
