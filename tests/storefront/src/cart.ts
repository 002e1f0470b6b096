import { store } from './store';

/** What somebody wants to buy. Titles, prices and stock are asked for when it is shown. */
export const cart = store<{ productId: string; quantity: number }[]>('cart', []);

/** Changes how many of a product are wanted; one that is wanted no longer goes. */
export function want(productId: string, change: number) {
  const lines = cart.get();
  if (!lines.some((line) => line.productId === productId)) lines.push({ productId, quantity: 0 });
  const changed = lines.map((line) => line.productId === productId ? { ...line, quantity: line.quantity + change } : line);
  cart.set(changed.filter(({ quantity }) => quantity > 0));
}
