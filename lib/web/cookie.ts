/** The cookies of a request, by name. */
export function readCookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, ...value] = pair.split('=')
    if (key?.trim() === name) return decode(value.join('=').trim())
  }
  return undefined
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

/** A cookie that scripts cannot read; `maxAgeSeconds` 0 deletes it. */
export function writeCookie(name: string, value: string, maxAgeSeconds: number, publicUrl: URL): string {
  const secure = publicUrl.protocol === 'https:' ? '; Secure' : ''
  return `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`
}
