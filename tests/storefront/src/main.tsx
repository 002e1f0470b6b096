import { ApolloProvider } from '@apollo/client/react';
import { createRoot } from 'react-dom/client';
import { client } from './client';
import { Cart, cart, Edit, Enter, logOut, Order, Orders, Product, Products, useMe } from './pages';
import { go, usePath } from './store';
import { Form, Page } from './ui';

function App() {
  const me = useMe();
  const count = Object.values(cart.use()).reduce((sum, quantity) => sum + quantity, 0);
  const url = new URL(usePath(), location.origin);
  const [, page = '', name = ''] = url.pathname.split('/');
  const products = <Products slug={name} words={url.searchParams.get('q')} />;
  const pages: Record<string, React.ReactNode> = {
    '': products, search: products, category: products, product: <Product slug={name} />, edit: <Edit slug={name} />,
    cart: <Cart />, orders: <Orders />, order: <Order id={name} key={name} />, login: <Enter />, register: <Enter isNew />,
  };
  return (
    <>
      <header>
        <a href="/">Rialto</a>
        <form role="search" action={(form) => go(`/search?q=${encodeURIComponent(String(form.get('q')))}`)}>
          <input type="search" name="q" aria-label="Search" placeholder="Search" />
        </form>
        <a href="/cart">Cart ({count})</a>
        {me ? <><a href="/orders">{me.name}</a><Form action={logOut} submit="Log out" /></> : <a href="/login">Log in</a>}
      </header>
      {pages[page] ?? <Page title="There is no such page." />}
    </>
  );
}

createRoot(document.getElementById('root')!).render(<ApolloProvider client={client}><App /></ApolloProvider>);
