import { useQuery } from '@apollo/client/react';
import { useMe } from './account';
import { absolute } from './address';
import { want } from './cart';
import { graphql } from './gql';
import type { CardFragment, ProductWhere } from './gql/graphql';
import { money } from './money';
import { Page, Problem } from './page';
import { go } from './router';

graphql(`
  fragment Card on Product {
    id title slug
    price { amount currencyCode }
    stock { inStock }
    images { url alt }
  }
`);

const PRODUCTS = graphql(`
  query Products($where: ProductWhere, $sort: ProductSort, $after: String) {
    products(first: 12, where: $where, sort: $sort, after: $after) {
      totalCount
      nodes { ...Card }
      pageInfo { endCursor hasNextPage }
    }
  }
`);

const HOME = graphql(`query Home { categories { id name slug } }`);

const CATEGORY = graphql(`
  query Category($slug: String!) {
    category(slug: $slug) {
      id name description
      parent { id name slug }
      children { id name slug }
    }
  }
`);

const PRODUCT = graphql(`
  query Product($slug: String!) {
    product(slug: $slug) {
      ...Card
      description
      stock { available }
      categories { id name slug }
    }
  }
`);

/** Everybody may read these, and nobody waits for a session to be renewed. */
const context = { public: true };

function Picture({ of, eager }: { of: CardFragment; eager?: boolean }) {
  const image = of.images[0];
  return image ? <img src={absolute(image.url)} alt={image.alt} loading={eager ? 'eager' : 'lazy'} /> : null;
}

export function Links({ of }: { of: { id: string; name: string; slug: string }[] }) {
  return <nav>{of.map(({ id, name, slug }) => <a key={id} href={`/category/${slug}`}>{name}</a>)}</nav>;
}

function Products({ where }: { where: ProductWhere }) {
  const { data, error, fetchMore } = useQuery(PRODUCTS, { variables: { where }, context });
  const list = data?.products;
  return (
    <section>
      <Problem error={error} />
      <p role="status">{list && `${list.totalCount} products`}</p>
      <ul className="cards">
        {list?.nodes.map((product) => (
          <li key={product.id}>
            <a href={`/product/${product.slug}`}><Picture of={product} />{product.title}</a>
            <span>{product.stock.inStock ? money(product.price) : 'Sold out'}</span>
          </li>
        ))}
      </ul>
      {list?.pageInfo.hasNextPage && (
        <button onClick={() => fetchMore({ variables: { after: list.pageInfo.endCursor } })}>More products</button>
      )}
    </section>
  );
}

export function Home() {
  const { data, error } = useQuery(HOME, { context });
  return (
    <Page title="Everything" error={error}>
      <Links of={data?.categories ?? []} />
      <Products where={{}} />
    </Page>
  );
}

export function Search({ words }: { words: string }) {
  return <Page title={`Search: ${words}`}><Products where={{ title: { contains: words } }} /></Page>;
}

export function Category({ slug }: { slug: string }) {
  const { data, error } = useQuery(CATEGORY, { variables: { slug }, context });
  const category = data?.category;
  if (data && !category) return <Page title="There is no such category." />;
  return (
    <Page title={category?.name} error={error}>
      <Links of={category?.parent ? [category.parent] : []} />
      <Links of={category?.children ?? []} />
      <Products where={{ category: { slug } }} />
    </Page>
  );
}

export function Product({ slug }: { slug: string }) {
  const { data, error } = useQuery(PRODUCT, { variables: { slug }, context });
  const me = useMe();
  const product = data?.product;
  if (data && !product) return <Page title="There is no such product." />;
  return (
    <Page title={product?.title} error={error}>
      {product && (
        <article>
          <Links of={product.categories} />
          <Picture of={product} eager />
          <p>{product.description}</p>
          <p><strong>{money(product.price)}</strong>, {product.stock.available} in stock</p>
          <button disabled={!product.stock.inStock} onClick={() => { want(product.id, (n) => n + 1); go('/cart'); }}>
            Put into the cart
          </button>
          {me?.roles.includes('ADMIN') && <a href={`/edit/${product.slug}`}>Edit</a>}
        </article>
      )}
    </Page>
  );
}
