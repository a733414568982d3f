/** A length of time in its two largest units; 24 hours stay hours, as that is how the schedule counts. */
export function duration(ms: number, units: { day: string; hour: string; minute: string; second: string }): string {
  const seconds = Math.round(ms / 1000)
  const days = seconds > 24 * 3600 ? Math.floor(seconds / 86_400) : 0
  const rest = seconds - days * 86_400
  const parts = [
    [days, units.day],
    [Math.floor(rest / 3600), units.hour],
    [Math.floor(rest / 60) % 60, units.minute],
    [rest % 60, units.second],
  ] as const
  const shown = parts.filter(([count]) => count > 0).slice(0, 2)
  return shown.map(([count, unit]) => `${count}${unit}`).join(' ') || `0${units.second}`
}
