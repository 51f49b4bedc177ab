import type { RegistryClient } from '../../client/registry-client.ts'
import { ok, type Result, refuse } from '../../result.ts'
import type { RefusalCode } from '../../wire/message.ts'
import { isOfThePort } from './call-ports.ts'

/** The registration of a browser. */
export type Identity = { name: string; ip: string; callPort: number }

/** What a browser wants to be registered as. */
export type Wanted = Identity & {
  /** Any other call port will do: nobody has chosen this one. */
  anyPort?: boolean | undefined
}

/** Other call ports that are tried for one registration. */
const maxOtherPorts = 10

/**
 * Registers, with another call port where the one that nobody has chosen is taken. `proof` shows to other
 * servers that it is the same browser.
 */
export async function registerAs(
  client: RegistryClient,
  { name, ip, callPort: wanted, anyPort }: Wanted,
  { otherPort }: { otherPort: (ip: string) => number },
  proof: string | undefined,
): Promise<Result<Identity, RefusalCode>> {
  const claim = { ip, port: client.local.port }
  const proven = proof === undefined ? { claim } : { claim, proof }
  let callPort = wanted
  for (let others = 0; ; others += 1) {
    const answer = await client.ask({ verb: 'register', name, callPort, ...proven })
    if (answer.ok) return ok({ name, ip, callPort })
    if (!anyPort || others === maxOtherPorts || !isOfThePort(answer.error)) {
      return refuse(answer.error)
    }
    callPort = otherPort(ip)
  }
}
