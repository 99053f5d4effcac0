/** The mark: two shores and the way across. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" className={className}>
      <path d="M3 4v16M21 4v16" />
      <path d="M6.5 15.5c2.2-3 3.8-3 5.5-1.2s3.6 1.6 5.5-1.3" opacity=".45" />
      <path d="M6.5 10.5c2.2-3 3.8-3 5.5-1.2s3.6 1.6 5.5-1.3" />
    </svg>
  );
}
