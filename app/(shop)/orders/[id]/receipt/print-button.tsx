'use client'

/** Opens the browser's dialog to print; without scripts its menu has the same. */
export function PrintButton({ label }: { label: string }) {
  return (
    <button
      type="button"
      onClick={() => window.print()}
      className="min-h-11 cursor-pointer rounded-full bg-pine px-6 font-medium text-on-pine hover:bg-pine-deep noscript:hidden"
    >
      {label}
    </button>
  )
}
