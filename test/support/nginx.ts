import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.ts'

const executable = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync)

/** Whether the tests that need it can run. In CI they must. */
export const hasNginx = executable !== undefined || process.env.CI === 'true'

if (!hasNginx) {
  console.warn('No nginx: its tests are skipped. On Debian: apt-get install nginx-light')
}

const readme = readFileSync(join(import.meta.dir, '../../README.md'), 'utf8')
const blocks = Array.from(readme.matchAll(/```nginx\n(.*?)```/gs), ([, text = '']) => text)
const map = blocks.flatMap((text) => text.match(/^map .*$/m) ?? [])[0] ?? ''
const below = blocks.find((text) => text.includes('location /encontro/')) ?? ''

export type Nginx = AsyncDisposable & { readonly url: string }

/** A proxy on loopback, set as the README says for a page below a path: for each path a server. */
export async function startNginx(servers: { basePath: string; port: number }[]): Promise<Nginx> {
  const directory = mkdtempSync(join(tmpdir(), 'encontro-nginx-'))
  const port = freePort()
  const locations = servers.map(({ basePath, port }) =>
    below.replace('/encontro/', `${basePath}/`).replace(':3000;', `:${port};`),
  )
  const configuration = `
    daemon off;
    pid ${directory}/pid;
    error_log ${directory}/error.log;
    events {}
    http {
      access_log off;
      client_body_temp_path ${directory};
      proxy_temp_path ${directory};
      fastcgi_temp_path ${directory};
      uwsgi_temp_path ${directory};
      scgi_temp_path ${directory};
      ${map}
      server {
        listen 127.0.0.1:${port};
        ${locations.join('')}
      }
    }`
  const path = join(directory, 'nginx.conf')
  writeFileSync(path, configuration)
  const command = [executable ?? 'nginx', '-p', directory, '-e', join(directory, 'start.log')]
  const child = Bun.spawn([...command, '-c', path], { stdout: 'ignore', stderr: 'inherit' })
  const url = `http://127.0.0.1:${port}`
  await eventually('nginx answers', async () => {
    const answer = await fetch(url).catch(() => undefined)
    return answer !== undefined
  })
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill()
      await child.exited
      rmSync(directory, { recursive: true })
    },
  }
}

function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  listener.stop()
  return port
}
