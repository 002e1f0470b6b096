import { store } from './store';

/** What `login`, `register` and `refreshToken` answer with. */
export interface Tokens { accessToken?: string | null; refreshToken?: string | null }

/** Which log-in this is, for all tabs to know, if there is one; and its tokens, where no cookie has them. */
export const session = store<({ id: string } & Tokens) | null>('session', null);

/** The answer to a mutation `refreshToken`. Without one nobody knows, and the session stays: the next request tries again. */
export async function renewal(url: string, input?: { refreshToken?: string | null }): Promise<Tokens | null> {
  const query = `mutation Renew($input: RefreshTokenInput) { refreshToken(input: $input) { accessToken refreshToken } }`;
  const body = JSON.stringify({ query, variables: { input } });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', credentials: input ? 'omit' : 'include', headers, body });
  const payload = (await answer.json()).data?.refreshToken;
  if (!payload) throw new Error('The session could not be renewed.');
  return payload.accessToken ? { accessToken: payload.accessToken, refreshToken: payload.refreshToken } : null;
}

export const withToken = (init: RequestInit | undefined, token?: string | null): RequestInit =>
  ({ ...init, headers: { ...init?.headers, ...(token && { authorization: `Bearer ${token}` }) } });
