import { useQuery } from '@apollo/client/react';
import { useEffect } from 'react';
import { absolute } from './address';
import { begin } from './client';
import { graphql } from './gql';
import type { CardFragment, CrumbFragment, LoginInput, RegisterInput, ShippingAddressInput } from './gql/graphql';
import { keyOf, settled } from './keys';
import { money } from './money';
import { session } from './session';
import { go, store } from './store';
import { Alerts, Form, keyed, More, mutate, Page } from './ui';
import { upload } from './upload';

graphql(`fragment Crumb on Category { id name slug }`);
graphql(`fragment Card on Product { id title slug price { ...Price } stock { inStock available }
  images { id alt width height small: url(width: 320) large: url(width: 1280) } }`);
const CATEGORY = graphql(`query Category($slug: String!) {
  categories { ...Crumb } category(slug: $slug) { ...Crumb ancestors { ...Crumb } children { ...Crumb } } }`);
const PRODUCT = graphql(`query Product($slug: String!) { product(slug: $slug) { ...Card description categories { ...Crumb } } }`);
const PRODUCTS = graphql(`query Products($where: ProductWhere, $after: String) {
  products(first: 12, where: $where, after: $after) { totalCount nodes { ...Card } pageInfo { endCursor hasNextPage } } }`);
const QUOTE = graphql(`query Quote($input: QuoteInput!) {
  quote(input: $input) { total { ...Price } userErrors { ...Errors }
    lines { productId quantity lineTotal { ...Price } product { id slug title } userErrors { ...Errors } } } }`);
// The stock is selected, so that all pages that show one of these products know what is left.
const PLACE = graphql(`mutation PlaceOrder($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id items { id product { id stock { available inStock } } } } userErrors { ...Errors } } }`);
graphql(`fragment Editable on Product { id title version price { ...Price } stock { available inStock onHand } images { id url alt } }`);
const EDIT = graphql(`query Edit($slug: String!) { product(slug: $slug) { ...Editable } }`);
// Both in one document. Each is done or refused by itself, and tells its own errors.
const SAVE = graphql(`mutation SaveProduct($product: UpdateProductInput!, $stock: AdjustStockInput!) {
  updateProduct(input: $product) { product { ...Editable } userErrors { ...Errors } }
  adjustStock(input: $stock) { product { id stock { available inStock onHand } } userErrors { ...Errors } } }`);

/** Everybody may read it. */
const context = { public: true };

/** How many of which products somebody wants. Titles, prices and stock are asked for when it is shown. */
export const cart = store<Record<string, number>>('cart', {});

const want = (id: string, change: number) => cart.set({ ...cart.get(), [id]: Math.max(0, (cart.get()[id] ?? 0) + change) });

const Picture = ({ of, sizes }: { of: CardFragment; sizes: string }) =>
  of.images.slice(0, 1).map(({ id, small, large, alt, width, height }) => (
    <img key={id} {...{ alt, width, height, sizes }} src={absolute(small)} srcSet={`${absolute(small)} 320w, ${absolute(large)} 1280w`} />
  ));

const Links = ({ of = [] }: { of?: CrumbFragment[] }) =>
  <nav>{of.map(({ id, name, slug }) => <a key={id} href={`/category/${slug}`}>{name}</a>)}</nav>;

/** What is in a category, or found by some words; else everything. */
export function Products({ slug, words }: { slug: string; words: string | null }) {
  const { data, error } = useQuery(CATEGORY, { variables: { slug }, context });
  const category = data?.category;
  const where = category ? { category: { under: category.id } } : words ? { search: words } : {};
  const { data: list, error: failure, fetchMore } = useQuery(PRODUCTS, { variables: { where }, context, skip: slug !== '' && !category });
  if (slug && !category) return <Page title={data && 'There is no such category.'} error={error} />;
  const title = category?.name ?? (words ? `Search: ${words}` : 'Everything');
  return (
    <Page title={title} path={category && `/category/${category.slug}`} error={error ?? failure}>
      <Links of={category ? category.ancestors : data?.categories} />
      <Links of={category?.children} />
      <p role="status">{list && `${list.products.totalCount} products`}</p>
      <ul className="cards">
        {list?.products.nodes.map((product) => (
          <li key={product.id}>
            <a href={`/product/${product.slug}`}><Picture of={product} sizes="12rem" />{product.title}</a>
            <span>{product.stock.inStock ? money(product.price) : 'Sold out'}</span>
          </li>
        ))}
      </ul>
      <More of={list?.products} what="products" read={(after) => fetchMore({ variables: { after } })} />
    </Page>
  );
}

export function Product({ slug }: { slug: string }) {
  const { data, error } = useQuery(PRODUCT, { variables: { slug }, context });
  const me = useMe();
  if (!data?.product) return <Page title={data && 'There is no such product.'} error={error} />;
  const { id, title, description, price, stock, categories } = data.product;
  return (
    <Page title={title} path={`/product/${data.product.slug}`}>
      <Links of={categories} />
      <Picture of={data.product} sizes="24rem" />
      <p>{description}</p>
      <p><strong>{money(price)}</strong>, {stock.available} in stock</p>
      <button disabled={!stock.inStock} onClick={() => { want(id, 1); go('/cart'); }}>Put into the cart</button>
      {me?.roles.includes('ADMIN') && <a href={`/edit/${data.product.slug}`}>Edit</a>}
    </Page>
  );
}

/** What is in the cart, what it costs at this moment, and where to send it. */
export function Cart() {
  const wanted = Object.entries(cart.use()).filter(([, quantity]) => quantity > 0);
  const items = wanted.map(([productId, quantity]) => ({ productId, quantity }));
  const quote = useQuery(QUOTE, { variables: { input: { items } }, skip: items.length === 0, fetchPolicy: 'network-only' });
  const { lines, total, userErrors } = (quote.data ?? quote.previousData)?.quote ?? {};

  async function place(shippingAddress: ShippingAddressInput) {
    // What the page shows is what is paid: another total is refused.
    const expectedTotal = total && { amount: total.amount, currencyCode: total.currencyCode };
    const { placeOrder } = await mutate(PLACE, keyed('order', { items, expectedTotal, shippingAddress }));
    if (!placeOrder.order) return quote.refetch().then(() => placeOrder.userErrors);
    settled('order');
    cart.set({});
    go(`/order/${placeOrder.order.id}`);
  }

  if (items.length === 0) return <Page title="Your cart is empty." />;
  return (
    <Page title={lines && 'Your cart'} error={quote.error}>
      <ul className="lines">
        {lines?.map(({ productId, quantity, lineTotal, product, userErrors }) => (
          <li key={productId}>
            {product && <a href={`/product/${product.slug}`}>{product.title}</a>} {quantity} × <span>{money(lineTotal)}</span>
            <button aria-label={`One less: ${product?.title ?? 'not sold'}`} onClick={() => want(productId, -1)}>−</button>
            <button aria-label={`One more: ${product?.title ?? 'not sold'}`} onClick={() => want(productId, 1)}>+</button>
            <Alerts of={userErrors} />
          </li>
        ))}
      </ul>
      <p>Total: <strong>{money(total)}</strong></p>
      <Alerts of={userErrors?.filter(({ path }) => !path?.includes('items'))} />
      <Form action={place} submit="Order" fields={[
        { label: 'Recipient', name: 'recipient', autoComplete: 'name' },
        { label: 'Street and number', name: 'line1', autoComplete: 'address-line1' },
        { label: 'City', name: 'city', autoComplete: 'address-level2' },
        { label: 'Country (two letters)', name: 'countryCode', autoComplete: 'country' },
      ]} />
    </Page>
  );
}

export function Edit({ slug }: { slug: string }) {
  const { data, error, refetch } = useQuery(EDIT, { variables: { slug }, fetchPolicy: 'cache-and-network' });
  if (!data?.product) return <Page title={data && 'There is no such product.'} error={error} />;
  const { id, title, version, price: { amount, currencyCode }, stock, images } = data.product;

  async function save({ amount, onHand, file }: { amount: string; onHand: string; file: File }) {
    const added = file.size > 0 ? await upload(file, title) : { userErrors: [] };
    if (added.userErrors.length > 0) return added.userErrors;
    const imageIds = [added.id ?? [], images.map((image) => image.id)].flat();
    const product = { id, expectedVersion: version, imageIds, price: { amount, currencyCode } };
    const change = { productId: id, onHand: Number(onHand), expectedOnHand: stock.onHand };
    const { updateProduct, adjustStock } = await mutate(SAVE, { product, stock: keyed(`stock ${id}`, change).input });
    if (adjustStock.product) settled(`stock ${id}`);
    return [...updateProduct.userErrors, ...adjustStock.userErrors];
  }

  return (
    <Page title={`Edit ${title}`} error={error}>
      <Form action={save} submit="Save" key={version} fields={[
        { label: `Price in ${currencyCode}`, name: 'amount', defaultValue: amount, inputMode: 'decimal' },
        { label: 'On hand', name: 'onHand', type: 'number', defaultValue: stock.onHand ?? 0 },
        { label: 'One more image', name: 'file', type: 'file', accept: 'image/png,image/jpeg,image/webp,image/gif', required: false },
      ]} />
      <button onClick={() => refetch()}>Read again</button>
      <ul>{images.map(({ id, url, alt }) => <li key={id}><img src={absolute(url)} alt={alt} /></li>)}</ul>
    </Page>
  );
}

const ME = graphql(`query Me { me { id name roles } }`);
const LOG_IN = graphql(`mutation LogIn($input: LoginInput!) {
  login(input: $input) { accessToken refreshToken userErrors { ...Errors } } }`);
const REGISTER = graphql(`mutation Register($input: RegisterInput!) {
  register(input: $input) { accessToken refreshToken userErrors { ...Errors } } }`);
const LOG_OUT = graphql(`mutation LogOut($input: LogoutInput) { logout(input: $input) { success } }`);
graphql(`fragment Standing on Order { id number status allowedActions paymentPending total { ...Price }
  payments { id status failureCode nextCheckAt } timeline { at status cause } }`);
// One's own, for an admin too: the root field `orders` has everybody's for an admin.
const ORDERS = graphql(`query Orders($after: String) {
  me { id orders(first: 5, after: $after, sort: { field: CREATED_AT, direction: DESC }) {
    edges { node { id number status createdAt total { ...Price } } } pageInfo { endCursor hasNextPage } } } }`);
const ORDER = graphql(`query Order($id: ID!) { order(id: $id) { ...Standing items { id title quantity lineTotal { ...Price } } } }`);
const PAY = graphql(`mutation PayOrder($input: PayOrderInput!) {
  payOrder(input: $input) { order { ...Standing } payment { id } userErrors { ...Errors } } }`);
const CANCEL = graphql(`mutation CancelOrder($input: CancelOrderInput!) {
  cancelOrder(input: $input) { order { ...Standing } userErrors { ...Errors } } }`);

const CARDS = Object.entries({ tok_success: 'Good', tok_declined: 'Declined', tok_timeout: 'Without an answer' })
  .map(([token, words]) => <option key={token} value={token}>{words}</option>);
const CARD = <label>Card <select name="paymentToken">{CARDS}</select></label>;

const LOGIN = { label: 'User name or e-mail address', name: 'login', autoComplete: 'username' };
const USER_NAME = { label: 'User name', name: 'username', autoComplete: 'username' };
const EMAIL = { label: 'E-mail address', name: 'email', type: 'email', autoComplete: 'email' };

/** Who is logged in, if anybody. */
export const useMe = () => useQuery(ME).data?.me;

export async function logOut() {
  await mutate(LOG_OUT, { input: { refreshToken: session.get()?.refreshToken } });
  session.set(null);
  go('/');
}

/** The form of visitors: to log in, or to register. */
export function Enter({ isNew = false }) {
  const title = isNew ? 'Register' : 'Log in';
  const password = { label: 'Password', name: 'password', type: 'password', autoComplete: isNew ? 'new-password' : 'current-password' };

  async function enter(input: LoginInput & RegisterInput) {
    const idempotencyKey = keyOf('register', [input.username, input.email]); // Never a password: it would be kept.
    const { userErrors, ...tokens } = isNew
      ? (await mutate(REGISTER, { input: { ...input, idempotencyKey } })).register
      : (await mutate(LOG_IN, { input })).login;
    if (userErrors.length > 0) return userErrors;
    settled('register');
    begin(tokens);
    go('/');
  }

  return (
    <Page title={title}>
      <Form action={enter} submit={title} key={title} fields={isNew ? [USER_NAME, EMAIL, password] : [LOGIN, password]} />
      {!isNew && <a href="/register">Register</a>}
    </Page>
  );
}

export function Orders() {
  const { data, error, fetchMore } = useQuery(ORDERS, { fetchPolicy: 'cache-and-network' });
  return (
    <Page title="Your orders" error={error}>
      <ul className="lines">
        {data?.me?.orders?.edges.map(({ node: { id, number, createdAt, status, total } }) => (
          <li key={id}>
            <a href={`/order/${id}`}>{number}</a> {new Date(createdAt).toLocaleDateString()} <span>{status}</span> {money(total)}
          </li>
        ))}
      </ul>
      <More of={data?.me?.orders} what="orders" read={(after) => fetchMore({ variables: { after } })} />
    </Page>
  );
}

export function Order({ id }: { id: string }) {
  const { data, error, startPolling, stopPolling } = useQuery(ORDER, { variables: { id }, fetchPolicy: 'cache-and-network' });
  const next = data?.order?.payments.find(({ nextCheckAt }) => nextCheckAt)?.nextCheckAt;
  useEffect(() => {
    if (next) startPolling(Math.max(2000, Date.parse(next) - Date.now() + 1000));
    return stopPolling;
  }, [next, startPolling, stopPolling]);
  if (!data?.order) return <Page title={data && 'There is no such order.'} error={error} />;
  const { number, status, allowedActions, paymentPending, total, items, payments, timeline } = data.order;

  async function pay({ paymentToken }: { paymentToken: string }) {
    const { payOrder } = await mutate(PAY, keyed(`pay ${id}`, { orderId: id, paymentToken }));
    if (payOrder.payment) settled(`pay ${id}`); // Declined or not, another attempt is another payment.
    return payOrder.userErrors;
  }
  const cancel = async () => (await mutate(CANCEL, keyed(`cancel ${id}`, { orderId: id }))).cancelOrder.userErrors;

  return (
    <Page title={`Order ${number}`} error={error}>
      <p role="status">{paymentPending ? 'The payment is being checked.' : status} {payments.at(-1)?.failureCode}</p>
      <ul className="lines">
        {items.map((item) => <li key={item.id}>{item.quantity} × {item.title} <span>{money(item.lineTotal)}</span></li>)}
      </ul>
      <p>Total: <strong>{money(total)}</strong></p>
      {allowedActions.includes('PAY') && <Form action={pay} submit="Pay">{CARD}</Form>}
      {allowedActions.includes('CANCEL') && <Form action={cancel} submit="Cancel the order" />}
      <ol>{timeline.map(({ at, cause }) => <li key={at + cause}>{new Date(at).toLocaleString()}: {cause}</li>)}</ol>
    </Page>
  );
}
