import { useApolloClient, useQuery } from '@apollo/client/react';
import { Form } from './form';
import { graphql } from './gql';
import { keyOf, settled } from './keys';
import { money } from './money';
import { Page } from './page';

// One's own orders, of an admin too: the root field `orders` has everybody's for an admin.
const ORDERS = graphql(`
  query Orders($after: String) {
    me {
      id
      orders(first: 5, after: $after, sort: { field: CREATED_AT, direction: DESC }) {
        edges { cursor node { id number status createdAt total { amount currencyCode } } }
        pageInfo { endCursor hasNextPage }
      }
    }
  }
`);

graphql(`
  fragment Standing on Order {
    id number status version expiresAt
    total { amount currencyCode }
    payments { id status failureCode }
    timeline { status at reason }
  }
`);

const ORDER = graphql(`
  query Order($id: ID!) {
    order(id: $id) {
      ...Standing
      items { id title quantity lineTotal { amount currencyCode } product { id slug } }
      shippingAddress { recipient line1 city countryCode }
    }
  }
`);

const PAY = graphql(`
  mutation PayOrder($input: PayOrderInput!) {
    payOrder(input: $input) { order { ...Standing } payment { id status failureCode } userErrors { ...Errors } }
  }
`);

const CANCEL = graphql(`
  mutation CancelOrder($input: CancelOrderInput!) {
    cancelOrder(input: $input) { order { ...Standing } userErrors { ...Errors } }
  }
`);

export function Orders() {
  const { data, error, fetchMore } = useQuery(ORDERS, { fetchPolicy: 'cache-and-network' });
  const list = data?.me?.orders;
  return (
    <Page title={list && 'Your orders'} error={error}>
      <ul className="lines">
        {list?.edges.map(({ node }) => (
          <li key={node.id}>
            <a href={`/order/${node.id}`}>{node.number}</a>
            <span>{new Date(node.createdAt).toLocaleDateString()}</span> <span>{node.status}</span> {money(node.total)}
          </li>
        ))}
      </ul>
      {list?.pageInfo.hasNextPage && (
        <button onClick={() => fetchMore({ variables: { after: list.pageInfo.endCursor } })}>More orders</button>
      )}
    </Page>
  );
}

export function Order({ id }: { id: string }) {
  const client = useApolloClient();
  const { data, error } = useQuery(ORDER, { variables: { id }, fetchPolicy: 'cache-and-network' });
  const order = data?.order;
  if (data && !order) return <Page title="There is no such order." error={error} />;
  const open = order?.status === 'AWAITING_PAYMENT' || order?.status === 'PAYMENT_FAILED';
  const last = order?.payments.at(-1);

  async function pay(form: FormData) {
    const input = { orderId: id, paymentToken: String(form.get('paymentToken')) };
    const variables = { input: { ...input, idempotencyKey: keyOf(`pay ${id}`, input) } };
    const { payment, userErrors } = (await client.mutate({ mutation: PAY, variables })).data!.payOrder;
    if (payment) settled(`pay ${id}`); // Declined or not: another attempt is another payment.
    return userErrors;
  }

  async function cancel() {
    const variables = { input: { orderId: id, idempotencyKey: keyOf(`cancel ${id}`, id) } };
    return (await client.mutate({ mutation: CANCEL, variables })).data!.cancelOrder.userErrors;
  }

  return (
    <Page title={order && `Order ${order.number}`} error={error}>
      <p role="status">{order?.status}{last?.status === 'FAILED' && open && `: the card was refused (${last.failureCode}).`}</p>
      <ul className="lines">
        {order?.items.map((item) => (
          <li key={item.id}>
            <span>{item.quantity} × {item.title}</span> {money(item.lineTotal)}
          </li>
        ))}
      </ul>
      <p><strong>Total: {money(order?.total)}</strong></p>
      {open && (
        <>
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
          <Form action={cancel} submit="Cancel the order" />
        </>
      )}
      <ol>
        {order?.timeline.map(({ status, at, reason }) => (
          <li key={at}>{new Date(at).toLocaleString()}: {status} {reason && `(${reason})`}</li>
        ))}
      </ol>
    </Page>
  );
}
