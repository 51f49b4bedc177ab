import type { RegistryLimits } from '../limits/registry-limits.ts'

/** What all nodes have to agree on, because it decides what a command leads to. */
export function rulesOf(limits: RegistryLimits, showsPartners: boolean): string {
  const { maxCallMembers, ringTimeoutMs, resumeTimeoutMs, placeKeptMs } = limits
  const { callsPerMinute, callBurst, ringsPerMinute, ringBurst } = limits
  const { callsNotTakenByPerson, callsNotTakenByAddress } = limits
  const { firstRedialWaitMs, maxRedialWaitMs, maxKnownCallers } = limits
  return JSON.stringify([
    ...[showsPartners, maxCallMembers, ringTimeoutMs, resumeTimeoutMs, placeKeptMs],
    ...[callsPerMinute, callBurst, ringsPerMinute, ringBurst],
    ...[callsNotTakenByPerson, callsNotTakenByAddress],
    ...[firstRedialWaitMs, maxRedialWaitMs, maxKnownCallers],
  ])
}
