// Reads a list page by page into the cache, by `nodes` and by `edges`, and then what the cache has of it.
import { Client, fetchExchange, gql } from "@urql/core";
import { cache } from "./cache.js";

const warnings = [];
console.warn = (...words) => warnings.push(words.join(" "));
console.error = console.warn;

const client = new Client({ url: process.argv[2], exchanges: [cache(), fetchExchange] });
const read = async (query, variables, requestPolicy = "cache-first") => {
  const { data, error } = await client.query(query, variables, { requestPolicy }).toPromise();
  if (error) throw error;
  return data;
};

const NODES = gql`query Nodes($after: String) {
  products(first: 3, after: $after) {
    nodes { id title price { amount currencyCode } images { id url } stock { inStock } }
    pageInfo { endCursor hasNextPage }
  }
}`;
const EDGES = gql`query Edges($after: String) {
  products(first: 3, after: $after, where: { inStock: true }) {
    edges { cursor node { id } }
    pageInfo { endCursor hasNextPage }
  }
}`;
const grown = async (query) => {
  const first = await read(query, {});
  await read(query, { after: first.products.pageInfo.endCursor });
  return (await read(query, {}, "cache-only")).products;
};

const { nodes } = await grown(NODES);
const { edges } = await grown(EDGES);
// Another page selects another field of the same stock: neither is lost.
const STOCK = gql`query Stock($id: ID!) { product(id: $id) { id stock { available } } }`;
await read(STOCK, { id: nodes[0].id });
const kept = (await read(NODES, {}, "cache-only")).products.nodes[0].stock;
const distinct = (ids) => new Set(ids).size;
console.log(JSON.stringify({
  nodes: distinct(nodes.map(({ id }) => id)), edges: distinct(edges.map(({ node }) => node.id)), kept, warnings,
}));
