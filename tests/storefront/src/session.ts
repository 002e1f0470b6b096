import { API } from './address';

/** What `login` and `refreshToken` answer with. */
export interface Tokens { accessToken?: string | null; refreshToken?: string | null }

const RENEW = `mutation Renew($input: RefreshTokenInput!) {
  refreshToken(input: $input) { accessToken refreshToken userErrors { code } }
}`;

const kept = (): Tokens | null => JSON.parse(localStorage.getItem('session') ?? 'null');
const listeners = new Set<() => void>();
const changed = () => listeners.forEach((listener) => listener());
// Other tabs log in and out, too.
addEventListener('storage', (event) => event.key === 'session' && !event.oldValue !== !event.newValue && changed());

export function keep(tokens: Tokens | null) {
  if (tokens?.accessToken) localStorage.setItem('session', JSON.stringify(tokens));
  else localStorage.removeItem('session');
}

export const session = {
  isOpen: () => kept() !== null,
  refreshToken: () => kept()?.refreshToken ?? null,
  begin: (tokens: Tokens) => { keep(tokens); changed(); },
  end: () => { keep(null); changed(); },
  onChange: (listener: () => void) => { listeners.add(listener); return () => void listeners.delete(listener); },
};

/** Exchanges the tokens, in one tab at a time. The others find what it got. */
const renew = (stale: string) => navigator.locks.request('session', async () => {
  const now = kept();
  if (!now || now.accessToken !== stale) return now?.accessToken;
  const body = JSON.stringify({ query: RENEW, variables: { input: { refreshToken: now.refreshToken } } });
  const answer = await fetch(API, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const tokens: (Tokens & { userErrors: unknown[] }) | undefined = (await answer.json()).data?.refreshToken;
  // Without an answer nothing is known: the session is kept, and the next request tries again.
  if (!tokens) throw new Error('The session could not be renewed.');
  if (tokens.userErrors.length > 0) session.end();
  else keep(tokens);
  return tokens.accessToken;
});

/** As `fetch`, with the access token. A 401 has done nothing yet, so the request can be sent again. */
export const authorized: typeof fetch = async (url, init) => {
  const send = (token?: string | null) =>
    fetch(url, { ...init, headers: { ...init?.headers, ...(token && { authorization: `Bearer ${token}` }) } });
  const token = kept()?.accessToken;
  const answer = await send(token);
  return token && answer.status === 401 ? send(await renew(token)) : answer;
};
