import { API } from './address';
import { renewal, session, withToken } from './session';

export const begin = session.set;

/** Exchanges the tokens, in one tab at a time: the next one finds that it is done. */
const renew = (stale: string) => navigator.locks.request('session', async () => {
  const now = session.get();
  if (now && now.accessToken === stale) session.set(await renewal(API, { refreshToken: now.refreshToken }));
});

/** As `fetch`, with the access token. A 401 has done nothing yet, so the request can be sent again. */
export const authorized: typeof fetch = async (url, init) => {
  const token = session.get()?.accessToken;
  const answer = await fetch(url, withToken(init, token));
  if (!token || answer.status !== 401) return answer;
  await renew(token);
  return fetch(url, withToken(init, session.get()?.accessToken));
};
