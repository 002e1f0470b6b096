// A storefront's client, set up as the documentation of @urql/exchange-auth does: the exchange adds the token that it has to
// every operation, its own refresh included. Logs in, waits until the access token has expired, and goes on.
import { Client, fetchExchange, gql } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";

const [url, login, password, seconds] = process.argv.slice(2);
const tokens = {};
let refreshed = 0;
let lost = false;

const REFRESH = gql`
  mutation Refresh($input: RefreshTokenInput!) {
    refreshToken(input: $input) { accessToken refreshToken userErrors { code } }
  }
`;

const auth = authExchange(async (utils) => ({
  addAuthToOperation(operation) {
    if (!tokens.access) return operation;
    return utils.appendHeaders(operation, { Authorization: `Bearer ${tokens.access}` });
  },
  didAuthError(error) {
    return error.graphQLErrors.some((error) => error.extensions?.code === "UNAUTHENTICATED");
  },
  async refreshAuth() {
    const result = await utils.mutate(REFRESH, { input: { refreshToken: tokens.refresh } });
    const payload = result.data?.refreshToken;
    if (payload?.accessToken) {
      refreshed += 1;
      tokens.access = payload.accessToken;
      tokens.refresh = payload.refreshToken;
    } else {
      lost = true;
      delete tokens.access;
    }
  },
}));

const client = new Client({ url, exchanges: [auth, fetchExchange], requestPolicy: "network-only" });

const LOGIN = gql`
  mutation LogIn($input: LoginInput!) {
    login(input: $input) { accessToken refreshToken userErrors { code } }
  }
`;
const logIn = async () => {
  const { data, error } = await client.mutation(LOGIN, { input: { login, password } }).toPromise();
  if (error) throw error;
  tokens.access = data.login.accessToken;
  tokens.refresh = data.login.refreshToken;
};
const read = async (query) => {
  const { data, error } = await client.query(query, {}).toPromise();
  return { data, error: error?.message };
};
const expire = () => new Promise((resolve) => setTimeout(resolve, (Number(seconds) + 1) * 1000));

await logIn();
await expire();
const me = await read(gql`{ me { username } }`);
await expire();
const both = await Promise.all([
  read(gql`{ me { username } }`),
  read(gql`{ products(first: 1) { totalCount } }`),
]);
// The old token goes along with the next log-in, too.
await expire();
const before = tokens.access;
await logIn();
console.log(JSON.stringify({ me, both, refreshed, lost, again: tokens.access !== before }));
