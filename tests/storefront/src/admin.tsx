import { useQuery } from '@apollo/client/react';
import { absolute } from './address';
import { client } from './client';
import { Field, Form } from './form';
import { graphql } from './gql';
import { keyOf, settled } from './keys';
import { Page } from './page';
import { upload } from './upload';

graphql(`fragment Editable on Product {
  id title version price { amount currencyCode } stock { available inStock onHand } images { id url alt }
}`);
const EDIT = graphql(`query Edit($slug: String!) { product(slug: $slug) { ...Editable } }`);
// Both in one document. Each is done or refused by itself, and tells its own errors.
const SAVE = graphql(`mutation SaveProduct($product: UpdateProductInput!, $stock: AdjustStockInput!) {
  updateProduct(input: $product) { product { ...Editable } userErrors { ...Errors } }
  adjustStock(input: $stock) { product { id stock { available inStock onHand } } userErrors { ...Errors } }
}`);

export function Edit({ slug }: { slug: string }) {
  const { data, error, refetch } = useQuery(EDIT, { variables: { slug }, fetchPolicy: 'cache-and-network' });
  if (!data?.product) return <Page title={data && 'There is no such product.'} error={error} />;
  const { id, title, version, price, stock, images } = data.product;

  async function save(form: FormData) {
    const file = form.get('file') as File;
    const added = file.size > 0 ? await upload(file, title) : { userErrors: [] };
    if (added.userErrors.length > 0) return added.userErrors;
    const amount = String(form.get('amount'));
    const imageIds = [added.id ?? [], images.map((image) => image.id)].flat();
    const product = { id, expectedVersion: version, imageIds, price: { amount, currencyCode: price.currencyCode } };
    const change = { productId: id, onHand: Number(form.get('onHand')), expectedOnHand: stock.onHand };
    const variables = { product, stock: { ...change, idempotencyKey: keyOf(`stock ${id}`, change) } };
    const { updateProduct, adjustStock } = (await client.mutate({ mutation: SAVE, variables })).data!;
    if (adjustStock.product) settled(`stock ${id}`);
    return [...updateProduct.userErrors, ...adjustStock.userErrors];
  }

  return (
    <Page title={`Edit ${title}`} error={error}>
      <Form action={save} submit="Save" key={version}>
        <Field label={`Price in ${price.currencyCode}`} name="amount" defaultValue={price.amount} inputMode="decimal" />
        <Field label="On hand" name="onHand" type="number" defaultValue={stock.onHand ?? 0} />
        <Field label="One more image" name="file" type="file" accept="image/png,image/jpeg,image/webp,image/gif" />
      </Form>
      <button onClick={() => refetch()}>Read again</button>
      <ul>{images.map(({ id, url, alt }) => <li key={id}><img src={absolute(url)} alt={alt} /></li>)}</ul>
    </Page>
  );
}
