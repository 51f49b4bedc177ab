import type { SignInProblem } from '../../../views/sign-in.tsx'
import { RegistryLost } from '../../client/registry-client.ts'
import type { Guesses } from '../../limits/guesses.ts'
import type { Limiter } from '../../limits/web-limiter.ts'
import { ok, type Result, refuse } from '../../result.ts'
import type { Text } from '../../text/pt.ts'
import { parsePort } from '../../wire/address.ts'
import type { RefusalCode } from '../../wire/message.ts'
import { parseName } from '../../wire/name.ts'
import type { PeopleBook } from '../book/people-book.ts'
import { type AccessCode, hasToSay } from '../session/access-code.ts'
import type { CallPorts } from '../session/call-ports.ts'
import { freeName } from '../session/free-name.ts'
import { newSessionId } from '../session/identity-cookie.ts'
import type { Session, Sessions, Wanted } from '../session/sessions.ts'
import { nameProblem, problemOf, statusOf } from './problems.ts'

export type EnteringParts = {
  sessions: Sessions
  book: PeopleBook
  callPorts: CallPorts
  /** What a browser has to say once, if anything. */
  accessCode: AccessCode | undefined
  /** How often it was guessed, here or elsewhere in this process. */
  guesses: Guesses
  limiter: Limiter
}

/** What a person typed into the form, or left as it was. */
export type Typed = {
  formId: string
  name: string
  callPort: string
  suggestedPort: string
  accessCode: string
  /** The name of a person to call, from the link that led here; or empty. */
  call: string
}

/** Why a person did not get in, and where on the form that is said. */
export type NotEntered = {
  problem: SignInProblem
  status: 403 | 404 | 409 | 422 | 429 | 503
  retryAfterSeconds?: number
}

export const typedIn = (fields: Partial<Record<string, string>>): Typed => ({
  formId: fields.formId ?? '',
  // The button with another name was pressed.
  name: fields.instead || (fields.name ?? ''),
  callPort: fields.callPort?.trim() ?? '',
  suggestedPort: fields.suggestedPort ?? '',
  accessCode: fields.accessCode ?? '',
  call: personToCall(fields.call),
})

/** As long as a name may be, and no longer. */
export const personToCall = (text = ''): string => Array.from(text.trim()).slice(0, 64).join('')

/** Nobody has chosen this port: it is as it was suggested, or there is none. */
export const isAnyPort = ({ callPort, suggestedPort }: Typed): boolean =>
  callPort === '' || callPort === suggestedPort

/**
 * The proof that the browser has said the access code, where it has to: `admitted` is what it had before.
 * Refuses a wrong code, and one that was tried too often.
 */
export function admit(
  { accessCode, guesses, limiter }: EnteringParts,
  t: Text,
  typed: Typed,
  { ip, admitted }: { ip: string; admitted: string | undefined },
): Result<string | undefined, NotEntered> {
  if (!accessCode || !hasToSay(accessCode, admitted)) return ok(admitted)
  const waitSeconds = guesses.waitSeconds(ip)
  if (waitSeconds > 0) {
    limiter.note('codes', ip)
    return refuse(tooOften('accessCode', t.tooManyCodes, waitSeconds))
  }
  if (accessCode.isRight(typed.accessCode)) return ok(accessCode.proof)
  guesses.guessedWrong(ip)
  return refuse({ problem: { field: 'accessCode', text: t.wrongAccessCode }, status: 403 })
}

/** Registers the person and begins their session. Refuses with what to say at the form. */
export async function enter(
  parts: EnteringParts,
  t: Text,
  typed: Typed,
  ip: string,
): Promise<Result<Session, NotEntered>> {
  const { sessions, book, callPorts } = parts
  const name = parseName(oneSpaceEach(typed.name))
  if (!name.ok) {
    return refuse({ problem: { field: 'name', text: nameProblem(t, typed.name) }, status: 422 })
  }
  const port = typed.callPort === '' ? ok(callPorts.suggest(ip)) : parsePort(typed.callPort)
  if (!port.ok) return refuse(refusedWith(t, port.error))
  const wanted: Wanted = {
    name: name.value,
    callPort: port.value,
    anyPort: isAnyPort(typed),
    ip,
  }
  try {
    // The cookie that came may be one that somebody else knows (decisions/008).
    const begun = await sessions.beginByForm(typed.formId, newSessionId(), wanted)
    if (begun.ok) return begun
    const why = refusedWith(t, begun.error)
    if (begun.error !== 'already-registered') return refuse(why)
    const instead = freeName(wanted.name, (other) => book.find(other, ip) !== undefined)
    return refuse({ ...why, problem: { ...why.problem, instead } })
  } catch (error) {
    if (!(error instanceof RegistryLost)) throw error
    return refuse({ problem: { field: 'form', text: t.registryAway }, status: 503 })
  }
}

export const tooOften = (
  field: SignInProblem['field'],
  text: string,
  retryAfterSeconds: number,
): NotEntered => ({ problem: { field, text }, status: 429, retryAfterSeconds })

const refusedWith = (t: Text, code: RefusalCode): NotEntered => ({
  problem: problemOf(t, code),
  status: statusOf(code),
})

/** The registry refuses what nobody sees in a field: a second space, or one of another kind. */
const oneSpaceEach = (name: string): string =>
  name.replace(/\p{Zs}+/gu, (spaces) => (spaces === '\u3000' ? spaces : ' '))
