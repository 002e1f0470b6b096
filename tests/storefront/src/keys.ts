/** The key of what somebody is about to do. The same input has the same key, after a reload and a lost answer too. */
export function keyOf(intent: string, input: unknown): string {
  const text = JSON.stringify(input);
  const kept = JSON.parse(localStorage.getItem(`key ${intent}`) ?? '{}');
  if (kept.text === text) return kept.key;
  const key = crypto.randomUUID();
  localStorage.setItem(`key ${intent}`, JSON.stringify({ text, key }));
  return key;
}

/** It is done: the same once more is something new. */
export const settled = (intent: string) => localStorage.removeItem(`key ${intent}`);
