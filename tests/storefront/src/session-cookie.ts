import { API } from './address';
import { renewal, session, type Tokens, withToken } from './session';

// The refresh token is in a cookie that no script can read. The access token is here, and gone with the page.
let access: string | null | undefined;
let renewing: Promise<string | null | undefined> | undefined;
// Another tab may have logged somebody else in.
addEventListener('storage', (event) => { if (event.key === 'session') access = null; });

export function begin(tokens: Tokens) {
  access = tokens.accessToken;
  session.set({ id: crypto.randomUUID() });
}

/** Exchanges the cookie, in one tab at a time: the next one sends what this one was given. */
const renew = () => navigator.locks.request('session', async () => {
  access = (await renewal(API))?.accessToken;
  if (!access) session.set(null);
  return access;
});

/** As `fetch`, with the access token. A 401 has done nothing yet, so the request can be sent again. */
export const authorized: typeof fetch = async (url, init) => {
  const send = (token?: string | null) => fetch(url, { ...withToken(init, token), credentials: 'include' });
  const renewed = () => (renewing ??= renew().finally(() => { renewing = undefined; }));
  if (!session.get()) return send(); // A visitor.
  const answer = await send(access ?? (await renewed()));
  return answer.status === 401 ? send(await renewed()) : answer;
};
