import { useApolloClient, useQuery } from '@apollo/client/react';
import { absolute } from './address';
import { Field, Form } from './form';
import { graphql } from './gql';
import { keyOf, settled } from './keys';
import { Page } from './page';

graphql(`
  fragment Editable on Product {
    id title slug version
    price { amount currencyCode }
    stock { available inStock onHand }
    images { id url alt }
  }
`);

const EDIT = graphql(`query Edit($slug: String!) { product(slug: $slug) { ...Editable } }`);

const ANNOUNCE = graphql(`
  mutation UploadImage($input: UploadImageInput!) {
    uploadImage(input: $input) { image { id } uploadUrl userErrors { ...Errors } }
  }
`);

// Price and stock in one document: both are tried, one after the other, and each tells its own errors.
const SAVE = graphql(`
  mutation SaveProduct($product: UpdateProductInput!, $stock: AdjustStockInput!) {
    updateProduct(input: $product) { product { ...Editable } userErrors { ...Errors } }
    adjustStock(input: $stock) { product { ...Editable } userErrors { ...Errors } }
  }
`);

export function Edit({ slug }: { slug: string }) {
  const client = useApolloClient();
  const { data, error, refetch } = useQuery(EDIT, { variables: { slug }, fetchPolicy: 'cache-and-network' });
  const product = data?.product;

  async function upload(file: File, alt: string) {
    const input = { filename: file.name, contentType: file.type, size: file.size, alt };
    const { data } = await client.mutate({ mutation: ANNOUNCE, variables: { input } });
    const { image, uploadUrl, userErrors } = data!.uploadImage;
    if (!image || !uploadUrl) return { ids: [], userErrors };
    const sent = await fetch(absolute(uploadUrl), { method: 'PUT', headers: { 'content-type': file.type }, body: file });
    if (sent.ok) return { ids: [image.id], userErrors };
    const { error } = await sent.json();
    return { ids: [], userErrors: [{ ...error, path: ['input', 'file'] }] };
  }

  async function save(form: FormData) {
    if (!product) return;
    const file = form.get('file') as File;
    const picture = file.size > 0 ? await upload(file, product.title) : { ids: [], userErrors: [] };
    if (picture.userErrors.length > 0) return picture.userErrors;
    const price = { amount: String(form.get('amount')), currencyCode: product.price.currencyCode };
    const imageIds = [...picture.ids, ...product.images.map(({ id }) => id)];
    const stock = { productId: product.id, onHand: Number(form.get('onHand')), expectedOnHand: product.stock.onHand };
    const saved = await client.mutate({
      mutation: SAVE,
      variables: {
        product: { id: product.id, expectedVersion: product.version, title: String(form.get('title')), price, imageIds },
        stock: { ...stock, idempotencyKey: keyOf(`stock ${product.id}`, stock) },
      },
    });
    const { updateProduct, adjustStock } = saved.data!;
    if (adjustStock.product) settled(`stock ${product.id}`);
    return [...updateProduct.userErrors, ...adjustStock.userErrors];
  }

  return (
    <Page title={product && `Edit ${product.title}`} error={error}>
      {product && (
        <Form action={save} submit="Save" key={product.version}>
          <Field label="Title" name="title" defaultValue={product.title} />
          <Field label={`Price in ${product.price.currencyCode}`} name="amount" defaultValue={product.price.amount} inputMode="decimal" />
          <Field label="On hand" name="onHand" type="number" defaultValue={product.stock.onHand ?? 0} />
          <Field label="One more image" name="file" type="file" accept="image/png,image/jpeg,image/webp,image/gif" />
        </Form>
      )}
      <button onClick={() => refetch()}>Read again</button>
      <ul>{product?.images.map(({ id, url, alt }) => <li key={id}><img src={absolute(url)} alt={alt} width="96" /></li>)}</ul>
    </Page>
  );
}
