/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import { isolated } from '../src/text/isolated.ts'
import type { Text } from '../src/text/pt.ts'

export type SignInField = 'name' | 'callPort' | 'accessCode' | 'form'

export type SignInProblem = {
  field: SignInField
  text: string
  /** Another name, which is free. */
  instead?: string | undefined
}

export type SignInForm = {
  t: Text
  /** The path that all of ours begin with. */
  base: string
  /** What tells this form from all others, so that sending it twice registers once. */
  formId: string
  /** As typed: what was refused is given back to be mended. */
  name: string
  callPort: string
  /** The call port that was suggested: where nobody changes it, any other will do. */
  suggestedPort: string
  /** The name of a person to call once one is in; or empty. */
  call: string
  /** The browser's address, which the registration will carry. */
  ip: string
  /** Whether this browser has to say the access code. */
  asksCode: boolean
  /** Whether everybody is shown who talks with whom. */
  showsPartners: boolean
  problem?: SignInProblem
  notice?: string
}

export const SignIn: FC<SignInForm> = (form) => {
  const { t, base, formId, suggestedPort, call, ip, showsPartners, problem, notice } = form
  return (
    <section id="sign-in" class="sign-in">
      {notice && (
        <p class="notice" role="status">
          {notice}
        </p>
      )}
      <div class="sign-in__words">
        <h1>{t.signInTitle}</h1>
        <p class="lead">{call === '' ? t.signInLead : t.enterToCall(call)}</p>
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
        <input type="hidden" name="suggestedPort" value={suggestedPort} />
        {call !== '' && <input type="hidden" name="call" value={call} />}
        <Fields {...form} />
        {/* After the field and before the other: the first button is what the Enter key presses. */}
        <p class="form__buttons">
          <button class="button button--large" type="submit">
            {t.signIn}
          </button>
          {problem?.instead && (
            <button
              class="button button--quiet button--large"
              type="submit"
              name="instead"
              value={problem.instead}
            >
              {t.enterAs(isolated(problem.instead))}
            </button>
          )}
        </p>
        <ForPrograms {...form} />
        <p class="hint">
          {t.yourAddress(ip)}
          {showsPartners && ` ${t.yourPartners}`}
        </p>
      </form>
    </section>
  )
}

const Fields: FC<SignInForm> = ({ t, name, asksCode, problem }) => (
  <>
    <Field
      id="name"
      label={t.yourName}
      problem={problem?.field === 'name' ? problem.text : undefined}
      input={{ name: 'name', value: name, maxlength: 200, autocomplete: 'nickname', dir: 'auto' }}
      focus={problem ? problem.field === 'name' : true}
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
  </>
)

/** What only a program needs: closed, unless it was the problem. */
const ForPrograms: FC<SignInForm> = ({ t, callPort, problem }) => {
  const why = problem?.field === 'callPort' ? problem.text : undefined
  return (
    <details class="for-programs" open={why !== undefined}>
      <summary>{t.forPrograms(callPort)}</summary>
      <Field
        id="call-port"
        label={t.callPort}
        hint={t.callPortHint}
        problem={why}
        input={{ name: 'callPort', value: callPort, inputmode: 'numeric', autocomplete: 'off' }}
        focus={why !== undefined}
      />
    </details>
  )
}

const Field: FC<{
  id: string
  label: string
  hint?: string
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
      aria-describedby={
        [problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined
      }
    />
    {problem && (
      <p id={`${id}-problem`} class="field__problem" role="alert">
        {problem}
      </p>
    )}
    {hint && (
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
    )}
  </div>
)
