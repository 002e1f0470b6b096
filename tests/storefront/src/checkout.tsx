import { useQuery } from '@apollo/client/react';
import { cart, want } from './cart';
import { client } from './client';
import { Field, Form } from './form';
import { graphql } from './gql';
import type { ShippingAddressInput } from './gql/graphql';
import { keyOf, settled } from './keys';
import { money } from './money';
import { Page } from './page';
import { go } from './router';

const QUOTE = graphql(`query Quote($input: QuoteInput!) {
  quote(input: $input) {
    lines { productId quantity lineTotal { amount currencyCode } product { id slug title } userErrors { ...Errors } }
    total { amount currencyCode }
    userErrors { ...Errors }
  }
}`);
// The stock is selected, so that all pages that show one of these products know what is left.
const PLACE = graphql(`mutation PlaceOrder($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    order { id items { id product { id stock { available inStock } } } }
    userErrors { ...Errors }
  }
}`);

/** What is in the cart, what it costs at this moment, and where to send it. */
export function Cart() {
  const items = cart.use();
  const { data, previousData, error, refetch } = useQuery(QUOTE, {
    variables: { input: { items } }, skip: items.length === 0, fetchPolicy: 'network-only',
  });
  const { lines, total, userErrors } = (data ?? previousData)?.quote ?? {};
  const others = userErrors?.filter(({ path }) => !path?.includes('items')) ?? [];

  async function place(form: FormData) {
    // What the page shows is what is paid: another total is refused.
    const expectedTotal = total && { amount: total.amount, currencyCode: total.currencyCode };
    const input = { items, expectedTotal, shippingAddress: Object.fromEntries(form) as unknown as ShippingAddressInput };
    const variables = { input: { ...input, idempotencyKey: keyOf('order', input) } };
    const { order, userErrors } = (await client.mutate({ mutation: PLACE, variables })).data!.placeOrder;
    if (!order) {
      void refetch();
      return userErrors;
    }
    settled('order');
    cart.set([]);
    go(`/order/${order.id}`);
  }

  if (items.length === 0) return <Page title="Your cart is empty." />;
  return (
    <Page title={lines && 'Your cart'} error={error}>
      <ul className="lines">
        {lines?.map(({ productId, quantity, lineTotal, product, userErrors }) => (
          <li key={productId}>
            {product && <a href={`/product/${product.slug}`}>{product.title}</a>} {quantity} × <span>{money(lineTotal)}</span>
            <button aria-label={`One less: ${product?.title ?? 'not sold'}`} onClick={() => want(productId, -1)}>−</button>
            <button aria-label={`One more: ${product?.title ?? 'not sold'}`} onClick={() => want(productId, 1)}>+</button>
            {userErrors.map(({ message }) => <p role="alert" key={message}>{message}</p>)}
          </li>
        ))}
      </ul>
      <p>Total: <strong>{money(total)}</strong></p>
      {others.map(({ message }) => <p role="alert" key={message}>{message}</p>)}
      <Form action={place} submit="Order">
        <Field label="Recipient" name="recipient" autoComplete="name" required />
        <Field label="Street and number" name="line1" autoComplete="address-line1" required />
        <Field label="City" name="city" autoComplete="address-level2" required />
        <Field label="Country (two letters)" name="countryCode" autoComplete="country" required />
      </Form>
    </Page>
  );
}
