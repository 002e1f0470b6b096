import { API } from './address';
import { renewal, session, type Tokens, withToken } from './session';

export const begin = (tokens: Tokens) => session.set({ ...tokens, id: crypto.randomUUID() });

/** Exchanges the tokens, in one tab at a time: the next one finds that it is done. */
const renew = (stale: string) => navigator.locks.request('session', async () => {
  const now = session.get();
  if (now?.accessToken !== stale) return;
  const tokens = await renewal(API, { refreshToken: now.refreshToken });
  session.set(tokens && { ...tokens, id: now.id });
});

/** As `fetch`, with the access token. A 401 has done nothing yet, so the request can be sent again. */
export const authorized: typeof fetch = async (url, init) => {
  const token = session.get()?.accessToken;
  const answer = await fetch(url, withToken(init, token));
  if (!token || answer.status !== 401) return answer;
  await renew(token);
  return fetch(url, withToken(init, session.get()?.accessToken));
};
