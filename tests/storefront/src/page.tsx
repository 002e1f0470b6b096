import { type ReactNode, useEffect } from 'react';
import { sentence } from './form';

export const Problem = ({ error }: { error: unknown }) => (error ? <p role="alert">{sentence(error)}</p> : null);

/** A page with its title; without one it is still being read. */
export function Page({ title, error, children }: { title?: string | null; error?: unknown; children?: ReactNode }) {
  useEffect(() => { document.title = `${title ?? '…'} – Rialto`; }, [title]);
  return (
    <main aria-busy={!title && !error}>
      {title && <h1>{title}</h1>}
      <Problem error={error} />
      {title && children}
    </main>
  );
}
