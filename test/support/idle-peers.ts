/**
 * Two peers on another machine: Ana, who is idle, and Bia, who watches. `bun idle-peers.ts IP PORT`;
 * prints `ready` once both are registered, and stays.
 */
import { connectPeer } from './peer.ts'

const [ip = '', port = ''] = process.argv.slice(2)
const ana = await connectPeer({ ip, port: Number(port) })
const bia = await connectPeer({ ip, port: Number(port) })
await ana.ask('register,Ana,5001')
await bia.ask('register,Bia,5002')
await bia.ask('watch')
console.log('ready')
setInterval(() => bia.unread, 1_000)
