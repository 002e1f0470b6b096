import { useSyncExternalStore } from 'react';

/** What somebody wants to buy. Titles, prices and stock are asked for when it is shown. */
export interface Line { productId: string; quantity: number }

const listeners = new Set<() => void>();
const stored = () => localStorage.getItem('cart') ?? '[]';

export function useCart(): Line[] {
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    addEventListener('storage', listener);
    return () => { listeners.delete(listener); removeEventListener('storage', listener); };
  };
  return JSON.parse(useSyncExternalStore(subscribe, stored));
}

/** Changes how many of a product are wanted, none at all included. */
export function want(productId: string, change: (quantity: number) => number) {
  const lines: Line[] = JSON.parse(stored());
  const quantity = change(lines.find((line) => line.productId === productId)?.quantity ?? 0);
  const others = lines.filter((line) => line.productId !== productId);
  keep(quantity > 0 ? [...others, { productId, quantity }] : others);
}

export function keep(lines: Line[]) {
  localStorage.setItem('cart', JSON.stringify(lines));
  listeners.forEach((listener) => listener());
}
