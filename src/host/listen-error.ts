/** The ports of this process that are not the first of their kind, by the setting that names each. */
export type FurtherPort = 'REGISTRY_TLS_PORT' | 'HTTP_REDIRECT_PORT'

/** Nobody can listen on one of these. `cause` is the system's error, or Bun's. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  override readonly cause: Error
  readonly setting: FurtherPort

  constructor(setting: FurtherPort, cause: Error) {
    super(cause.message)
    this.setting = setting
    this.cause = cause
  }
}

/** Does something that listens there. Throws `ListenError` where that throws. */
export function listeningFor<T>(setting: FurtherPort, listen: () => T): T {
  try {
    return listen()
  } catch (error) {
    throw new ListenError(setting, error as Error)
  }
}
