import { z } from 'zod'

/** The only algorithm of encrypted parts. */
const SEAL_ALGORITHM = 'AEAD_AES_256_GCM'

/** An encrypted part as messages have it (API v3, AEAD_AES_256_GCM): `associated_data` may be empty, or missing. */
export const sealing = z
  .object({
    algorithm: z.literal(SEAL_ALGORITHM),
    nonce: z.string().refine((text) => Buffer.byteLength(text) === 12),
    associated_data: z.string().max(64).optional(),
    ciphertext: z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/),
  })
  .transform(({ nonce, ciphertext, associated_data: associatedData = '' }) => ({ nonce, ciphertext, associatedData }))

export type Sealing = z.infer<typeof sealing>
