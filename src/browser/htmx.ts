/** What of htmx 4 and its hx-ws extension the page's scripts use. */
declare global {
  const htmx: { trigger: (element: Element, event: string) => void }
}

export type Connection = { socket: WebSocket | null }

/** The detail of hx-ws's events; their `target` is the element that is connected. */
export type ConnectionEvent = CustomEvent<{
  connection: Connection
  message?: { json: () => Promise<unknown> }
}>

export function onConnection(name: string, listener: (event: ConnectionEvent) => void): void {
  document.addEventListener(`htmx:ws:${name}`, listener as EventListener)
}
