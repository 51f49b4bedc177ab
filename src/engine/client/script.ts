/** A script of the engine. It is sent once, and named by its digest from then on. */
export type Script = Readonly<{ source: string; sha: string }>

/** @param source Lua. Every key that it touches has to be among its `KEYS`. */
export const script = (source: string): Script => ({
  source,
  sha: new Bun.CryptoHasher('sha1').update(source).digest('hex'),
})
