import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";

// These have no id: each belongs to the object that it is read from.
const embedded = ["Money", "Stock", "ShippingAddress", "OrderTransition", "PageInfo", "ProductConnection", "ProductEdge",
  "OrderConnection", "OrderEdge", "UserConnection", "UserEdge", "PriceRange", "QuotePayload", "QuoteLine"];

/** Objects by their ids, and lists that grow by `after`, whether they are read by `nodes` or by `edges`. */
export const cache = () => cacheExchange({
  keys: Object.fromEntries(embedded.map((name) => [name, () => null])),
  resolvers: {
    Query: { products: relayPagination(), orders: relayPagination() },
    Category: { products: relayPagination() },
    User: { orders: relayPagination() },
  },
});
