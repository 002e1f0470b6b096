// What the links of real clients make of a router. Arguments: the URLs of a router with the default settings, of one
// without persisted queries, and of one that takes batches. One line for each finding: ok or not, and what.
import { createHash } from "node:crypto";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { BatchHttpLink } from "@apollo/client/link/batch-http";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { Client, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";

const [usual, withoutHashes, withBatches] = process.argv.slice(2);
const HELLO = gql`query Hello($name: String) { hello(name: $name) }`;
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

// Notes every request and how it was answered.
function recording() {
  const sent = [];
  const record = async (url, options) => {
    const response = await fetch(url, options);
    const body = options.body ? JSON.parse(options.body) : Object.fromEntries(new URL(url).searchParams);
    sent.push({ method: options.method ?? "GET", body, answer: await response.clone().json() });
    return response;
  };
  return { sent, record };
}

const apollo = (link) => new ApolloClient({ link, cache: new InMemoryCache(), defaultOptions: { query: { fetchPolicy: "no-cache" } } });

function check(name, holds, detail) {
  console.log(`${holds ? "ok" : "not"} ${name}${holds ? "" : ` ${JSON.stringify(detail)}`}`);
}

async function apolloByHash(url, options) {
  const { sent, record } = recording();
  const client = apollo(new PersistedQueryLink({ sha256, ...options }).concat(new HttpLink({ uri: url, fetch: record })));
  const data = [];
  for (const name of ["a", "b"]) {
    data.push((await client.query({ query: HELLO, variables: { name } })).data.hello);
  }
  return { sent, data };
}

async function urqlByHash(url, options) {
  const { sent, record } = recording();
  const exchanges = [persistedExchange({ generateHash: async (text) => sha256(text), ...options }), fetchExchange];
  const client = new Client({ url, exchanges, fetch: record, requestPolicy: "network-only", preferGetMethod: false });
  const data = [];
  for (const name of ["a", "b"]) {
    data.push((await client.query("query Hi($name: String) { hello(name: $name) }", { name }).toPromise()).data?.hello);
  }
  return { sent, data };
}

const texts = (sent) => sent.map(({ body }) => typeof body.query === "string").join();
const methods = (sent) => sent.map(({ method }) => method).join();

for (const [name, run] of [["apollo", apolloByHash], ["urql", urqlByHash]]) {
  const get = name === "apollo" ? { useGETForHashedQueries: true } : { preferGetForPersistedQueries: "force" };
  const post = name === "apollo" ? {} : { preferGetForPersistedQueries: false };
  const first = await run(usual, post);
  check(`${name} sends the text once`, texts(first.sent) === "false,true,false" && first.data.join() === "world,world", first);
  const second = await run(usual, get);
  check(`${name} finds it by GET`, texts(second.sent) === "false,false" && methods(second.sent) === "GET,GET" && second.data.join() === "world,world", second);
  const off = await run(withoutHashes, post);
  check(`${name} stops asking`, texts(off.sent) === "false,true,true" && off.data.join() === "world,world", off);
}

async function batched(url) {
  const { sent, record } = recording();
  const client = apollo(new BatchHttpLink({ uri: url, batchMax: 5, batchInterval: 20, fetch: record }));
  const ask = (query) => client.query({ query }).then(({ data }) => data.hello, (error) => error.errors?.[0]?.message ?? `${error}`);
  const found = await Promise.all([ask(gql`{ hello }`), ask(gql`{ hello(name: "a") }`), ask(gql`{ nothing }`)]);
  return { sent, found };
}

const taken = await batched(withBatches);
check("a batch is one request", taken.sent.length === 1 && taken.found[0] === "world" && taken.found[1] === "world", taken);
check("one of a batch fails alone", taken.found[2].includes("nothing"), taken);
const refused = await batched(usual);
check("a refused batch says so to each", refused.found.every((found) => found.includes("one request per operation")), refused);
