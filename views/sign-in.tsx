/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { Text } from '../src/text/pt.ts'

export type SignInField = 'name' | 'callPort' | 'accessCode' | 'form'

export type SignInForm = {
  t: Text
  /** The path that all of ours begin with. */
  base: string
  /** What tells this form from all others, so that sending it twice registers once. */
  formId: string
  /** As typed: what was refused is given back to be mended. */
  name: string
  callPort: string
  /** The browser's address, which the registration will carry. */
  ip: string
  /** Whether this browser has to say the access code. */
  asksCode: boolean
  problem?: { field: SignInField; text: string }
  notice?: string
}

export const SignIn: FC<SignInForm> = ({
  t,
  base,
  formId,
  name,
  callPort,
  ip,
  asksCode,
  problem,
  notice,
}) => (
  <section id="sign-in" class="sign-in">
    {notice && (
      <p class="notice" role="status">
        {notice}
      </p>
    )}
    <div class="sign-in__words">
      <h1>{t.signInTitle}</h1>
      <p class="lead">{t.tagline}</p>
      <p>{t.signInIntro}</p>
    </div>
    {problem?.field === 'form' && (
      <p class="notice notice--error" role="alert">
        {problem.text}
      </p>
    )}
    <form
      class="card form"
      method="post"
      action={`${base}/register`}
      hx-post={`${base}/register`}
      hx-target="#sign-in"
      hx-swap="outerHTML"
      novalidate
    >
      <input type="hidden" name="formId" value={formId} />
      <Field
        id="name"
        label={t.name}
        hint={t.nameHint}
        problem={problem?.field === 'name' ? problem.text : undefined}
        input={{ name: 'name', value: name, maxlength: 200, autocomplete: 'nickname', dir: 'auto' }}
        focus={problem ? problem.field === 'name' : true}
      />
      <Field
        id="call-port"
        label={t.callPort}
        hint={t.callPortHint}
        problem={problem?.field === 'callPort' ? problem.text : undefined}
        input={{ name: 'callPort', value: callPort, inputmode: 'numeric', autocomplete: 'off' }}
        focus={problem?.field === 'callPort'}
      />
      {asksCode && (
        <Field
          id="access-code"
          label={t.accessCode}
          hint={t.accessCodeHint}
          problem={problem?.field === 'accessCode' ? problem.text : undefined}
          // Typed again after a refusal: what was typed is not sent back.
          input={{ name: 'accessCode', type: 'password', maxlength: 256, autocomplete: 'off' }}
          focus={problem?.field === 'accessCode'}
        />
      )}
      <p class="hint">{t.yourAddress(ip)}</p>
      <button class="button" type="submit">
        {t.signIn}
      </button>
    </form>
  </section>
)

const Field: FC<{
  id: string
  label: string
  hint: string
  problem: string | undefined
  input: Record<string, string | number>
  focus: boolean
}> = ({ id, label, hint, problem, input, focus }) => (
  <div class="field">
    <label for={id}>{label}</label>
    <input
      id={id}
      class="input"
      type="text"
      required
      {...input}
      autofocus={focus}
      aria-invalid={problem ? 'true' : undefined}
      aria-describedby={problem ? `${id}-problem ${id}-hint` : `${id}-hint`}
    />
    {problem && (
      <p id={`${id}-problem`} class="field__problem" role="alert">
        {problem}
      </p>
    )}
    <p id={`${id}-hint`} class="hint">
      {hint}
    </p>
  </div>
)
