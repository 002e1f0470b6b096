import { useApolloClient, useQuery } from '@apollo/client/react';
import { keep, useCart, want } from './cart';
import { Field, Form } from './form';
import { graphql } from './gql';
import { keyOf, settled } from './keys';
import { money } from './money';
import { Page } from './page';
import { go } from './router';

const CART = graphql(`
  query Cart($ids: [ID!]!) {
    products(first: 100, where: { id: { in: $ids } }) {
      nodes { id title slug price { amount currencyCode } stock { available inStock } }
    }
  }
`);

// The stock is selected, so that every page that shows one of these products knows what is left.
const PLACE = graphql(`
  mutation PlaceOrder($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
      order { id items { id product { id stock { available inStock } } } }
      userErrors { ...Errors }
    }
  }
`);

/** What is in the cart, at the prices of this moment, and where to send it. */
export function Cart() {
  const client = useApolloClient();
  const lines = useCart();
  const ids = lines.map((line) => line.productId);
  const { data, error } = useQuery(CART, { variables: { ids }, skip: ids.length === 0, fetchPolicy: 'cache-and-network' });

  async function place(form: FormData) {
    const shippingAddress = Object.fromEntries(form) as Record<'recipient' | 'line1' | 'city' | 'countryCode', string>;
    const input = { items: lines, shippingAddress };
    const variables = { input: { ...input, idempotencyKey: keyOf('order', input) } };
    const { order, userErrors } = (await client.mutate({ mutation: PLACE, variables })).data!.placeOrder;
    if (!order) return userErrors;
    settled('order');
    keep([]);
    go(`/order/${order.id}`);
  }

  if (lines.length === 0) return <Page title="Your cart is empty." />;
  return (
    <Page title={data && 'Your cart'} error={error}>
      <ul className="lines">
        {lines.map(({ productId, quantity }, index) => {
          const product = data?.products.nodes.find(({ id }) => id === productId);
          return (
            <li key={productId}>
              {product ? <a href={`/product/${product.slug}`}>{product.title}</a> : 'No longer on sale'}
              <span>{quantity} × {money(product?.price)}</span>
              <button aria-label={`One less of line ${index + 1}`} onClick={() => want(productId, (n) => n - 1)}>−</button>
              <button aria-label={`One more of line ${index + 1}`} onClick={() => want(productId, (n) => n + 1)}>+</button>
            </li>
          );
        })}
      </ul>
      <Form action={place} submit="Order">
        <Field label="Recipient" name="recipient" autoComplete="name" required />
        <Field label="Street and number" name="line1" autoComplete="address-line1" required />
        <Field label="City" name="city" autoComplete="address-level2" required />
        <Field label="Country (two letters)" name="countryCode" autoComplete="country" maxLength={2} required />
      </Form>
    </Page>
  );
}
