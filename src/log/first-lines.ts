import { type Endpoint, formatEndpoint } from '../endpoint.ts'

/**
 * The lines of the first server, word for word and in every language: people know them, and their
 * programs may look for them.
 */
export const firstLines = {
  'registry.started': (e: Endpoint & { tls?: boolean }) =>
    `Servidor iniciado em ${formatEndpoint(e)}${e.tls ? ' (TLS)' : ''}`,
  'connection.opened': (e: Endpoint) => `Nova conexão de ${formatEndpoint(e)}`,
  'registration.attempted': (e: {
    name: string
    claim: Endpoint
    callPort: number
    server: Endpoint
  }) =>
    `Registrando novo cliente: ${e.name} (${formatEndpoint(e.claim)} recebendo em ${e.callPort}) no servidor ${formatEndpoint(e.server)}`,
  'registration.accepted': (e: { name: string } & Endpoint) =>
    `Novo cliente registrado: ${e.name} (${formatEndpoint(e)})`,
  'request.refused': (e: { text: string }) => e.text,
  'client.left': (e: { name: string } & Endpoint) =>
    `Cliente desconectado: ${e.name} (${formatEndpoint(e)})`,
}
