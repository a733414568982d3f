/** A notification as it leaves. */
export type Message = { headers: Record<string, string>; body: string }

/** What came back. `late` stands for no answer in the time that the doctor has. */
export type Reply =
  | { type: 'answered'; status: number; location: string | null; text: string; tookMs: number }
  | { type: 'late' | 'broken'; tookMs: number }
