import { type ReactNode, useEffect } from 'react';
import { sentence } from './form';

/** A page with its title; without one it is still being read. `path` is its address, where an old one may lead to it. */
export function Page({ title, path, error, children }: {
  title?: string | null; path?: string; error?: unknown; children?: ReactNode;
}) {
  useEffect(() => { document.title = `${title ?? '…'} – Rialto`; }, [title]);
  useEffect(() => { if (path) history.replaceState(null, '', path); }, [path]);
  return (
    <main aria-busy={!title && !error}>
      <h1>{title}</h1>
      {Boolean(error) && <p role="alert">{sentence(error)}</p>}
      {title && children}
    </main>
  );
}

/** The next page of a list, where there is one. */
export function More({ of, read, what }: {
  of?: { pageInfo: { hasNextPage: boolean; endCursor?: string | null } } | null; read: (after: string) => unknown; what: string;
}) {
  const { hasNextPage, endCursor } = of?.pageInfo ?? {};
  return hasNextPage && endCursor ? <button onClick={() => read(endCursor)}>More {what}</button> : null;
}
