import type { SignInField } from '../../../views/sign-in.tsx'
import type { Text } from '../../text/pt.ts'
import type { RefusalCode } from '../../wire/message.ts'

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

/** The registry's refusal in the reader's language: by its code, so none can be forgotten. */
export function problemOf(t: Text, code: RefusalCode): { field: SignInField; text: string } {
  const texts: Record<RefusalCode, string> = t.refusals
  return { field: fields[code] ?? 'form', text: texts[code] }
}

export const statusOf = (code: RefusalCode): 404 | 409 | 422 | 429 | 503 => {
  switch (code) {
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
