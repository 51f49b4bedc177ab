import { keep, readKept } from '../../host/state-directory.ts'
import { randomText } from '../../secrets.ts'

const fileName = 'session-secret'

/**
 * The secret that signs the cookies, kept so that browsers are known again after a restart.
 * Made at the first start; readable by the operator alone.
 */
export async function keptSessionSecret(directory: string): Promise<string> {
  const kept = (await readKept(directory, fileName))?.trim()
  if (kept !== undefined && kept.length >= 32) return kept
  const secret = randomText(32)
  await keep(directory, fileName, `${secret}\n`)
  return secret
}
