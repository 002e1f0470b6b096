import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const changed = () => listeners.forEach((listener) => listener());
for (const event of ['storage', 'popstate']) addEventListener(event, changed);

function onChange(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** A value in this browser, which all tabs see change and a reload keeps. */
export function store<T>(name: string, otherwise: T) {
  const text = () => localStorage.getItem(name) ?? JSON.stringify(otherwise);
  return {
    onChange,
    get: (): T => JSON.parse(text()),
    set: (value: T) => { localStorage.setItem(name, JSON.stringify(value)); changed(); },
    use: (): T => JSON.parse(useSyncExternalStore(onChange, text)),
  };
}

export const usePath = () => useSyncExternalStore(onChange, () => location.pathname + location.search);

export function go(path: string) {
  history.pushState(null, '', path);
  scrollTo(0, 0);
  changed();
}

// Links are plain links; a plain click on one of our own does not load the page anew.
document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest('a');
  if (!link || link.origin !== location.origin || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(link.pathname + link.search);
});
