import { useQuery } from '@apollo/client/react';
import { useMe } from './account';
import { absolute } from './address';
import { want } from './cart';
import { graphql } from './gql';
import type { CardFragment, ProductWhere } from './gql/graphql';
import { money } from './money';
import { More, Page } from './page';
import { go } from './router';

graphql(`fragment Crumb on Category { id name slug }`);
graphql(`fragment Card on Product {
  id title slug price { amount currencyCode } stock { inStock }
  images { id alt width height small: url(width: 320) large: url(width: 1280) }
}`);

const HOME = graphql(`query Home { categories { ...Crumb } }`);
const CATEGORY = graphql(`query Category($slug: String!) {
  category(slug: $slug) { ...Crumb ancestors { ...Crumb } children { ...Crumb } }
}`);
const PRODUCT = graphql(`query Product($slug: String!) {
  product(slug: $slug) { ...Card description stock { available } categories { ...Crumb } }
}`);
const PRODUCTS = graphql(`query Products($where: ProductWhere, $sort: ProductSort, $after: String) {
  products(first: 12, where: $where, sort: $sort, after: $after) {
    totalCount nodes { ...Card } pageInfo { endCursor hasNextPage }
  }
}`);

const context = { public: true };

function Picture({ of: { images: [image] }, sizes }: { of: CardFragment; sizes: string }) {
  if (!image) return null;
  const { alt, width, height, small, large } = image;
  const srcSet = `${absolute(small)} 320w, ${absolute(large)} 1280w`;
  return <img src={absolute(small)} {...{ srcSet, sizes, width, height, alt }} />;
}

function Links({ of = [] }: { of?: { id: string; name: string; slug: string }[] }) {
  return <nav>{of.map(({ id, name, slug }) => <a key={id} href={`/category/${slug}`}>{name}</a>)}</nav>;
}

function Products({ where, links, ...page }: {
  title: string; path?: string; links?: React.ReactNode; where: ProductWhere;
}) {
  const { data, error, fetchMore } = useQuery(PRODUCTS, { variables: { where }, context });
  return (
    <Page {...page} error={error}>
      {links}
      <p role="status">{data && `${data.products.totalCount} products`}</p>
      <ul className="cards">
        {data?.products.nodes.map((product) => (
          <li key={product.id}>
            <a href={`/product/${product.slug}`}><Picture of={product} sizes="12rem" />{product.title}</a>
            <span>{product.stock.inStock ? money(product.price) : 'Sold out'}</span>
          </li>
        ))}
      </ul>
      <More of={data?.products} what="products" read={(after) => fetchMore({ variables: { after } })} />
    </Page>
  );
}

export function Home() {
  const { data } = useQuery(HOME, { context });
  return <Products title="Everything" links={<Links of={data?.categories} />} where={{}} />;
}

export function Search({ words }: { words: string }) {
  return <Products title={`Search: ${words}`} where={{ search: words }} />;
}

export function Category({ slug }: { slug: string }) {
  const { data, error } = useQuery(CATEGORY, { variables: { slug }, context });
  if (!data?.category) return <Page title={data && 'There is no such category.'} error={error} />;
  const { id, name, ancestors, children } = data.category;
  const links = <><Links of={ancestors} /><Links of={children} /></>;
  return <Products title={name} path={`/category/${data.category.slug}`} links={links} where={{ category: { under: id } }} />;
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
