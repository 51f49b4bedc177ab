/** How long a browser's registration outlives what shows that the browser is there. */
export type SessionLimits = Readonly<{
  /** How long a session outlives its last tab: a reload is not a leave, a closed tab is. */
  tabGraceMs: number
  /** The same, after a tab that has been silent for long already. */
  silentGraceMs: number
  /** How long a session without any open tab (no JavaScript) outlives its last request. */
  requestGraceMs: number
}>

export const defaultSessionLimits: SessionLimits = {
  tabGraceMs: 8_000,
  silentGraceMs: 2_000,
  requestGraceMs: 10 * 60_000,
}
