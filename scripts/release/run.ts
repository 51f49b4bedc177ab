/** Runs a command to its end in `folder`, and gives what it printed. Throws, with its last words, where it failed. */
export async function run(
  command: readonly string[],
  folder: string,
  env: Record<string, string> = {},
): Promise<string> {
  const child = Bun.spawn([...command], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [output, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  if ((await child.exited) === 0) return output
  throw new Error(`${command.slice(0, 3).join(' ')} failed: ${errors.trim().slice(-2_000)}`)
}
