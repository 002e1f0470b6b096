import { ApolloClient, ApolloLink, type FieldPolicy, HttpLink, InMemoryCache } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { API } from './address';
import generated from './gql/possible-types';
import { session } from './session';
import * as byCookie from './session-cookie';
import * as byTokens from './session-tokens';

// As the shop was started: with `--session-cookie`, or without.
export const { authorized, begin } = import.meta.env.VITE_SESSION === 'tokens' ? byTokens : byCookie;

/** A list that grows by `fetchMore({ variables: { after } })`, whether it is read by `nodes` or by `edges`. */
const pages: FieldPolicy = {
  keyArgs: ['where', 'sort', 'page', 'deep'],
  merge(list, next, { args }) {
    if (!args?.after || !list) return next;
    if (list.pageInfo.endCursor !== args.after) return list; // This page is there already.
    const joined = { ...next };
    for (const part of ['nodes', 'edges']) if (next[part]) joined[part] = [...list[part], ...next[part]];
    return joined;
  },
};

const cache = new InMemoryCache({
  possibleTypes: generated.possibleTypes,
  typePolicies: {
    Stock: { merge: true }, // It has no id, and two pages select different fields of it.
    Query: { fields: { products: pages, orders: pages } },
    Category: { fields: { products: pages } },
    User: { fields: { orders: pages } },
  },
});

/** Where no answer came, what does no harm is sent again: reads, and what has a key. */
const retry = new RetryLink({
  attempts: (count, { operationType: type, variables }) => count < 3 && (type === 'query' || Boolean(variables.input?.idempotencyKey)),
});

/** What everybody may read goes without a token, and never waits for one to be renewed. */
const isPublic = (operation: ApolloLink.Operation) => operation.getContext().public === true;
const http = ApolloLink.split(isPublic, new HttpLink({ uri: API }), new HttpLink({ uri: API, fetch: authorized }));

export const client = new ApolloClient({ cache, link: retry.concat(http) });

// What one account has seen is not for the next one.
let id = session.get()?.id;
session.onChange(() => {
  if (id !== session.get()?.id) void client.resetStore().catch(() => undefined); // Pages show their own errors.
  id = session.get()?.id;
});
