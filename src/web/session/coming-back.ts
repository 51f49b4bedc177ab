import { type AccessCode, hasToSay } from './access-code.ts'
import type { Farewells } from './farewells.ts'
import type { WrittenIdentity } from './identity-cookie.ts'
import type { Session, Sessions, Wanted } from './sessions.ts'

/** What a browser that was registered may be registered as again, by its cookie alone. */
export function claimOf(
  identity: WrittenIdentity,
  ip: string,
  { accessCode, farewells }: Pick<ComingBackParts, 'accessCode' | 'farewells'>,
): Wanted | undefined {
  const { name, callPort, anyPort, registered, admitted } = identity
  if (farewells.toBrowser(identity, ip)) return undefined
  const mayComeBack = registered && !hasToSay(accessCode, admitted)
  return mayComeBack && name && callPort ? { name, callPort, anyPort, ip } : undefined
}

export type ComingBackParts = {
  sessions: Sessions
  accessCode: AccessCode | undefined
  farewells: Pick<Farewells, 'toBrowser'>
}

/**
 * Brings the session of a browser here, which may have been at another server until now. `undefined`
 * where it may not come back, or somebody else has its name. Rejects with `RegistryLost`.
 */
export async function bringBack(
  { sessions, accessCode, farewells }: ComingBackParts,
  identity: WrittenIdentity,
  ip: string,
): Promise<Session | undefined> {
  const claim = claimOf(identity, ip, { accessCode, farewells })
  if (!claim) return undefined
  const begun = await sessions.begin(identity.id, claim)
  return begun.ok ? begun.value : undefined
}
