import type { SignInField } from '../../../views/sign-in.tsx'
import type { Text } from '../../text/pt.ts'
import type { RefusalCode } from '../../wire/message.ts'
import { isReservedName, maxNameCharacters } from '../../wire/name.ts'

/** Where on the form a refusal is shown. */
const fields: Partial<Record<RefusalCode, SignInField>> = {
  'bad-name': 'name',
  'already-registered': 'name',
  'malformed-request': 'name',
  'bad-port': 'callPort',
  'call-port-taken': 'callPort',
  'server-port': 'callPort',
  'same-port': 'callPort',
}

export const isRefusal = (t: Text, word: string): word is RefusalCode =>
  Object.hasOwn(t.refusals, word)

/** Why a name that was typed is none, in words for people. */
export function nameProblem(t: Text, typed: string): string {
  const name = typed.trim()
  if (name === '') return t.nameNeeded
  if ([...name].length > maxNameCharacters) return t.nameTooLong
  if (name.includes(',')) return t.nameWithComma
  if (name.startsWith('*')) return t.nameWithAsterisk
  return isReservedName(name) ? t.nameReserved(name) : t.nameUnseen
}

/** The registry's refusal in the reader's language: by its code, so none can be forgotten. */
export function problemOf(t: Text, code: RefusalCode): { field: SignInField; text: string } {
  const texts: Record<RefusalCode, string> = t.refusals
  return { field: fields[code] ?? 'form', text: texts[code] }
}

export const statusOf = (code: RefusalCode): 403 | 404 | 409 | 422 | 429 | 503 => {
  switch (code) {
    case 'address-blocked':
      return 403
    case 'unknown-user':
      return 404
    case 'already-registered':
    case 'call-port-taken':
      return 409
    case 'too-many-from-address':
    case 'connecting-too-fast':
      return 429
    case 'too-many-connections':
      return 503
    default:
      return 422
  }
}
