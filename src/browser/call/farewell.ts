import { fieldsOf, fromBase64Url, toBase64Url } from './signalling/signal.ts'

/**
 * Why an end gives a call up that nobody hung up. The registry knows one `hangup`, so the end says
 * the reason to the other page beforehand, as a signal. A page that does not know it ignores it.
 */
export type Farewell = 'failed' | 'lost' | 'not-set-up'

const farewells: readonly unknown[] = ['failed', 'lost', 'not-set-up'] satisfies Farewell[]

const isFarewell = (value: unknown): value is Farewell => farewells.includes(value)

export const farewellSignal = (farewell: Farewell): string =>
  toBase64Url(new TextEncoder().encode(JSON.stringify({ farewell })))

/** The farewell that a signal holds; `undefined` where it is another signal, or none. */
export function readFarewell(payload: string): Farewell | undefined {
  // A farewell is short; a session description is not read twice.
  if (payload.length > 64) return undefined
  try {
    const text = new TextDecoder().decode(fromBase64Url(payload))
    const { farewell } = fieldsOf(JSON.parse(text))
    return isFarewell(farewell) ? farewell : undefined
  } catch {
    // What the other end sent is no JSON.
    return undefined
  }
}
