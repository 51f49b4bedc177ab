import http from 'node:http'
import https from 'node:https'
import { Visitor } from './visitor.ts'

/** A browser without JavaScript at another of this machine's addresses (127.0.0.5, …), which sends these headers as well. */
export const visitorAt = (url: string, ip: string, more: Record<string, string> = {}): Visitor =>
  new Visitor((path, { method = 'GET', body, headers }) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    const asked = new URL(path, url)
    const { request } = asked.protocol === 'https:' ? https : http
    const length = body ? { 'Content-Length': String(Buffer.byteLength(String(body))) } : {}
    const all = { ...(headers as Record<string, string>), ...length, ...more }
    const options = { method, headers: all, localAddress: ip, agent: false as const }
    const sent = request(asked, { ...options, rejectUnauthorized: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const pairs: [string, string][] = []
        for (let at = 0; at < answer.rawHeaders.length; at += 2) {
          pairs.push([answer.rawHeaders[at] as string, answer.rawHeaders[at + 1] as string])
        }
        const status = answer.statusCode ?? 0
        resolve(new Response(Buffer.concat(chunks), { status, headers: pairs }))
      })
    })
    sent.on('error', reject)
    sent.end(body)
    return promise
  })
