import { useQuery } from '@apollo/client/react';
import { useEffect } from 'react';
import { client } from './client';
import { Form } from './form';
import { graphql } from './gql';
import { keyOf, settled } from './keys';
import { money } from './money';
import { More, Page } from './page';

// One's own, for an admin too: the root field `orders` has everybody's for an admin.
const ORDERS = graphql(`query Orders($after: String) {
  me { id orders(first: 5, after: $after, sort: { field: CREATED_AT, direction: DESC }) {
    edges { node { id number status createdAt total { amount currencyCode } } } pageInfo { endCursor hasNextPage }
  } }
}`);
graphql(`fragment Standing on Order {
  id number status allowedActions paymentPending total { amount currencyCode }
  payments { id status failureCode nextCheckAt } timeline { at status cause }
}`);
const ORDER = graphql(`query Order($id: ID!) {
  order(id: $id) { ...Standing items { id title quantity lineTotal { amount currencyCode } } }
}`);
const PAY = graphql(`mutation PayOrder($input: PayOrderInput!) {
  payOrder(input: $input) { order { ...Standing } payment { id } userErrors { ...Errors } }
}`);
const CANCEL = graphql(`mutation CancelOrder($input: CancelOrderInput!) {
  cancelOrder(input: $input) { order { ...Standing } userErrors { ...Errors } }
}`);

export function Orders() {
  const { data, error, fetchMore } = useQuery(ORDERS, { fetchPolicy: 'cache-and-network' });
  return (
    <Page title="Your orders" error={error}>
      <ul className="lines">
        {data?.me?.orders?.edges.map(({ node }) => (
          <li key={node.id}>
            <a href={`/order/${node.id}`}>{node.number}</a> {new Date(node.createdAt).toLocaleDateString()}
            <span>{node.status}</span> {money(node.total)}
          </li>
        ))}
      </ul>
      <More of={data?.me?.orders} what="orders" read={(after) => fetchMore({ variables: { after } })} />
    </Page>
  );
}

export function Order({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(ORDER, { variables: { id }, fetchPolicy: 'cache-and-network' });
  const next = data?.order?.payments.find(({ nextCheckAt }) => nextCheckAt)?.nextCheckAt;
  useEffect(() => {
    if (!next) return;
    const timer = setInterval(() => void refetch(), Math.max(2000, Date.parse(next) - Date.now() + 1000));
    return () => clearInterval(timer);
  }, [next, refetch]);
  if (!data?.order) return <Page title={data && 'There is no such order.'} error={error} />;
  const { number, status, allowedActions, paymentPending, total, items, payments, timeline } = data.order;

  async function pay(form: FormData) {
    const input = { orderId: id, paymentToken: String(form.get('paymentToken')) };
    const variables = { input: { ...input, idempotencyKey: keyOf(`pay ${id}`, input) } };
    const { payment, userErrors } = (await client.mutate({ mutation: PAY, variables })).data!.payOrder;
    if (payment) settled(`pay ${id}`); // Declined or not, another attempt is another payment.
    return userErrors;
  }

  async function cancel() {
    const variables = { input: { orderId: id, idempotencyKey: keyOf(`cancel ${id}`, id) } };
    return (await client.mutate({ mutation: CANCEL, variables })).data!.cancelOrder.userErrors;
  }

  return (
    <Page title={`Order ${number}`} error={error}>
      <p role="status">{paymentPending ? 'The payment is being checked.' : status} {payments.at(-1)?.failureCode}</p>
      <ul className="lines">
        {items.map((item) => <li key={item.id}>{item.quantity} × {item.title} <span>{money(item.lineTotal)}</span></li>)}
      </ul>
      <p>Total: <strong>{money(total)}</strong></p>
      {allowedActions.includes('PAY') && (
        <Form action={pay} submit="Pay">
          <label>
            Card
            <select name="paymentToken">
              <option value="tok_success">Good</option>
              <option value="tok_declined">Declined</option>
              <option value="tok_timeout">Without an answer</option>
            </select>
          </label>
        </Form>
      )}
      {allowedActions.includes('CANCEL') && <Form action={cancel} submit="Cancel the order" />}
      <ol>{timeline.map(({ at, cause }) => <li key={at + cause}>{new Date(at).toLocaleString()}: {cause}</li>)}</ol>
    </Page>
  );
}
