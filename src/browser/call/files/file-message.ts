import { fieldsOf } from '../signalling/signal.ts'
import { fileName } from './file-name.ts'

/**
 * What two pages say to each other on the channel for files, as JSON. `file` is the sender's number for it. The bytes
 * themselves are messages of their own (`frame`).
 */
export type FileMessage =
  /** This page takes files. An older one never says it. */
  { kind: 'hello' } | FromSender | FromReceiver

export type FromSender =
  | { kind: 'offer'; file: number; name: string; size: number }
  /** All of it is sent, so many bytes. */
  | { kind: 'end'; file: number; bytes: number }
  | { kind: 'withdraw'; file: number; why: 'cancelled' | 'failed' }

export type FromReceiver =
  | { kind: 'accept'; file: number }
  /** So many bytes are stored. */
  | { kind: 'got'; file: number; bytes: number }
  /** The whole file is where it should be. */
  | { kind: 'done'; file: number }
  /** Before it is accepted, or at any time later. */
  | { kind: 'decline'; file: number; why: Refusal }

const refusals = ['declined', 'cancelled', 'failed', 'too-many'] as const
type Refusal = (typeof refusals)[number]

const maxMessageLength = 4_096
const numberBytes = 4
const maxNumber = 0xffff_ffff

/** Bytes of a file in one message: any WebRTC takes that many, and a slow line is not blocked for long. */
export const chunkBytes = 16_384

export const formatFileMessage = (message: FileMessage): string => JSON.stringify(message)

/** Reads what came from the other end, which may be anything. */
export function parseFileMessage(text: string): FileMessage | undefined {
  if (text.length > maxMessageLength) return undefined
  try {
    return readMessage(fieldsOf(JSON.parse(text)))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function readMessage(fields: Record<string, unknown>): FileMessage | undefined {
  const { kind, file, why } = fields
  if (kind === 'hello') return { kind }
  if (!isCount(file, maxNumber)) return undefined
  switch (kind) {
    case 'offer': {
      const { name, size } = fields
      if (typeof name !== 'string' || !isCount(size)) return undefined
      return { kind, file, name: fileName(name), size }
    }
    case 'end':
    case 'got': {
      const { bytes } = fields
      return isCount(bytes) ? { kind, file, bytes } : undefined
    }
    case 'accept':
    case 'done':
      return { kind, file }
    case 'withdraw':
      return why === 'cancelled' || why === 'failed' ? { kind, file, why } : undefined
    case 'decline': {
      const refusal = refusals.find((each) => each === why)
      return refusal && { kind, file, why: refusal }
    }
    default:
      return undefined
  }
}

const isCount = (value: unknown, most = Number.MAX_SAFE_INTEGER): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most

/** A piece of a file as one message: the file's number, then its bytes. */
export function frame(file: number, bytes: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(numberBytes + bytes.byteLength)
  new DataView(framed.buffer).setUint32(0, file)
  framed.set(new Uint8Array(bytes), numberBytes)
  return framed
}

export function unframe(
  message: ArrayBuffer,
): { file: number; bytes: Uint8Array<ArrayBuffer> } | undefined {
  if (message.byteLength <= numberBytes) return undefined
  return {
    file: new DataView(message).getUint32(0),
    bytes: new Uint8Array(message, numberBytes),
  }
}
