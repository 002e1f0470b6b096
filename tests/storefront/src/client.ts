import { ApolloClient, ApolloLink, type FieldPolicy, HttpLink, InMemoryCache } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { API } from './address';
import generated from './gql/possible-types';
import { authorized, session } from './session';

/** A list that grows by `fetchMore({ variables: { after } })`, read by `nodes` or by `edges`. */
const pages: FieldPolicy = {
  keyArgs: ['where', 'sort', 'page'],
  merge(list, next, { args }) {
    if (!args?.after || !list) return next;
    if (list.pageInfo?.endCursor !== args.after) return list; // It is there already.
    const joined = { ...next };
    for (const part of ['nodes', 'edges']) if (next[part]) joined[part] = [...(list[part] ?? []), ...next[part]];
    return joined;
  },
};

const cache = new InMemoryCache({
  possibleTypes: generated.possibleTypes,
  typePolicies: {
    Stock: { merge: true },
    Query: { fields: { products: pages, orders: pages } },
    Category: { fields: { products: pages } },
    User: { fields: { orders: pages } },
  },
});

/** An answer that was lost is asked for again: reads, and what has a key. */
const retry = new RetryLink({
  delay: { initial: 300 },
  attempts: {
    max: 3,
    retryIf: (_, { query, variables }) =>
      !JSON.stringify(query).includes('"operation":"mutation"') || Boolean(variables.input?.idempotencyKey),
  },
});

/** Public pages do not wait for a session to be renewed: their queries go without a token. */
const http = ApolloLink.split(
  (operation) => operation.getContext().public === true,
  new HttpLink({ uri: API }),
  new HttpLink({ uri: API, fetch: authorized }),
);

export const client = new ApolloClient({ cache, link: retry.concat(http) });

// What one account has seen is none of the next one's business.
session.onChange(() => void client.resetStore().catch(console.error));
