import { useApolloClient, useQuery } from '@apollo/client/react';
import { cart, want } from './cart';
import { Field, Form } from './form';
import { graphql } from './gql';
import type { ShippingAddressInput } from './gql/graphql';
import { keyOf, settled } from './keys';
import { money } from './money';
import { Page } from './page';
import { go } from './router';

const CART = graphql(`query Cart($ids: [ID!]!) {
  products(first: 100, where: { id: { in: $ids } }) {
    nodes { id title slug price { amount currencyCode } stock { available inStock } }
  }
}`);
// The stock is selected, so that all pages that show one of these products know what is left.
const PLACE = graphql(`mutation PlaceOrder($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    order { id items { id product { id stock { available inStock } } } }
    userErrors { ...Errors }
  }
}`);

/** What is in the cart, at the prices of this moment, and where to send it. */
export function Cart() {
  const client = useApolloClient();
  const items = cart.use();
  const variables = { ids: items.map(({ productId }) => productId) };
  const { data, error } = useQuery(CART, { variables, skip: items.length === 0, fetchPolicy: 'cache-and-network' });

  async function place(form: FormData) {
    const input = { items, shippingAddress: Object.fromEntries(form) as unknown as ShippingAddressInput };
    const variables = { input: { ...input, idempotencyKey: keyOf('order', input) } };
    const { order, userErrors } = (await client.mutate({ mutation: PLACE, variables })).data!.placeOrder;
    if (!order) return userErrors;
    settled('order');
    cart.set([]);
    go(`/order/${order.id}`);
  }

  if (items.length === 0) return <Page title="Your cart is empty." />;
  return (
    <Page title="Your cart" error={error}>
      <ul className="lines">
        {items.map(({ productId, quantity }) => {
          const product = data?.products.nodes.find(({ id }) => id === productId);
          return (
            <li key={productId}>
              {product ? <a href={`/product/${product.slug}`}>{product.title}</a> : data && 'No longer on sale'}
              <span>{quantity} × {money(product?.price)}</span>
              <button aria-label={`One ${product?.title} less`} onClick={() => want(productId, -1)}>−</button>
              <button aria-label={`One ${product?.title} more`} onClick={() => want(productId, 1)}>+</button>
            </li>
          );
        })}
      </ul>
      <Form action={place} submit="Order">
        <Field label="Recipient" name="recipient" autoComplete="name" required />
        <Field label="Street and number" name="line1" autoComplete="address-line1" required />
        <Field label="City" name="city" autoComplete="address-level2" required />
        <Field label="Country (two letters)" name="countryCode" autoComplete="country" required />
      </Form>
    </Page>
  );
}
