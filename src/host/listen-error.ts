/** Settings that give a second port of the registry or of the web page. */
export type FurtherPort = 'REGISTRY_TLS_PORT' | 'HTTP_REDIRECT_PORT'

/** Listening on such a port failed. `cause` is the error of the system or of Bun. */
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

/** Calls `listen`. Throws `ListenError` if it throws. */
export function listeningFor<T>(setting: FurtherPort, listen: () => T): T {
  try {
    return listen()
  } catch (error) {
    throw new ListenError(setting, error as Error)
  }
}
