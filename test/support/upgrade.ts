import type { Visitor } from './visitor.ts'

/** The request for a page's WebSocket (RFC 6455, section 4.1), of a browser that is known. */
export function upgradeRequest(url: string, visitor: Visitor, extension = ''): string {
  const lines = [
    'GET /live HTTP/1.1',
    `Host: ${new URL(url).host}`,
    `Origin: ${url}`,
    `Cookie: ${visitor.cookieHeader}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${btoa('0123456789abcdef')}`,
    ...(extension === '' ? [] : [`Sec-WebSocket-Extensions: ${extension}`]),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
