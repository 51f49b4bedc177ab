import { existsSync } from 'node:fs'
import { deployed, freePort, type InFront, startInFront } from './deployed.ts'

const executable = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync)

/** Whether the tests that need it can run. In CI they must. */
export const hasNginx = executable !== undefined || process.env.CI === 'true'

if (!hasNginx) {
  console.warn('No nginx: its tests are skipped. On Debian: apt-get install nginx-light')
}

export type Nginx = AsyncDisposable & { readonly url: string }

/** With that site at that port of loopback, as Debian's nginx has one in `conf.d`. */
export function startNginx(
  site: string,
  port: number,
  files: Record<string, string> = {},
): Promise<InFront> {
  const configuration = `
    daemon off;
    pid {directory}/pid;
    error_log {directory}/error.log;
    events {}
    http {
      access_log off;
      client_body_temp_path {directory};
      proxy_temp_path {directory};
      fastcgi_temp_path {directory};
      uwsgi_temp_path {directory};
      scgi_temp_path {directory};
      ${site}
    }`
  return startInFront(port, { ...files, 'nginx.conf': configuration }, (directory) => [
    ...[executable ?? 'nginx', '-p', directory, '-e', `${directory}/start.log`],
    ...['-c', `${directory}/nginx.conf`],
  ])
}

/** A host that has our page below a path, or several, each with a server of its own. */
export async function startNginxBelow(
  servers: { basePath: string; port: number }[],
): Promise<Nginx> {
  const port = freePort()
  const text = deployed('nginx-path.conf', { 'listen 80;': `listen 127.0.0.1:${port};` })
  const [location = ''] = /^ {2}location \/encontro\/ \{.*?^ {2}\}\n/ms.exec(text) ?? []
  const locations = servers.map(({ basePath, port }) =>
    location.replace('/encontro/', `${basePath}/`).replace(':3000;', `:${port};`),
  )
  const front = await startNginx(text.replace(location, locations.join('')), port)
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => front[Symbol.asyncDispose](),
  }
}
