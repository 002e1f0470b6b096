import { API } from './address';
import { store } from './store';

/** What `login`, `refreshToken` and a session have. */
export interface Tokens { accessToken?: string | null; refreshToken?: string | null }

export const session = store<Tokens | null>('session', null);

const RENEW = `mutation Renew($input: RefreshTokenInput!) {
  refreshToken(input: $input) { accessToken refreshToken userErrors { code } }
}`;

/** Exchanges the tokens, in one tab at a time: the next one finds that it is done. */
const renew = (stale: string) => navigator.locks.request('session', async () => {
  const now = session.get();
  if (!now || now.accessToken !== stale) return now?.accessToken;
  const body = JSON.stringify({ query: RENEW, variables: { input: { refreshToken: now.refreshToken } } });
  const answer = await fetch(API, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const payload = (await answer.json()).data?.refreshToken;
  // Without an answer nobody knows, and the session stays: the next request tries again.
  if (!payload) throw new Error('The session could not be renewed.');
  const { userErrors, ...tokens } = payload;
  session.set(userErrors.length > 0 ? null : tokens);
  return tokens.accessToken as string | null;
});

/** As `fetch`, with the access token. A 401 has done nothing yet, so the request can be sent again. */
export const authorized: typeof fetch = async (url, init) => {
  const send = (token?: string | null) =>
    fetch(url, { ...init, headers: { ...init?.headers, ...(token && { authorization: `Bearer ${token}` }) } });
  const token = session.get()?.accessToken;
  const answer = await send(token);
  return token && answer.status === 401 ? send(await renew(token)) : answer;
};
