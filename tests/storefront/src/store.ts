import { useSyncExternalStore } from 'react';

/** A value in this browser, which all tabs see change and a reload keeps. */
export function store<T>(name: string, otherwise: T) {
  const listeners = new Set<() => void>();
  const changed = () => listeners.forEach((listener) => listener());
  addEventListener('storage', (event) => event.key === name && changed());
  const text = () => localStorage.getItem(name) ?? JSON.stringify(otherwise);
  const onChange = (listener: () => void) => { listeners.add(listener); return () => void listeners.delete(listener); };
  return {
    onChange,
    get: (): T => JSON.parse(text()),
    set: (value: T) => { localStorage.setItem(name, JSON.stringify(value)); changed(); },
    use: (): T => JSON.parse(useSyncExternalStore(onChange, text)),
  };
}
