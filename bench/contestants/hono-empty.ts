/** The least that a Bun server with Hono can be: `bun hono-empty.ts`, with its port in `HTTP_PORT`. */
import { Hono } from 'hono'

const app = new Hono().get('/', (c) => c.html('<!doctype html><title>Encontro</title>'))

Bun.serve({ hostname: '127.0.0.1', port: Number(process.env.HTTP_PORT), fetch: app.fetch })
