import { ApolloProvider } from '@apollo/client/react';
import { createRoot } from 'react-dom/client';
import { LogIn, LogOut, Register, useMe } from './account';
import { Edit } from './admin';
import { cart } from './cart';
import { Category, Home, Product, Search } from './catalogue';
import { Cart } from './checkout';
import { client } from './client';
import { Order, Orders } from './orders';
import { Page } from './page';
import { go, usePath } from './router';

function Header() {
  const me = useMe();
  const count = cart.use().reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <header>
      <a href="/">Rialto</a>
      <form role="search" onSubmit={(event) => {
        event.preventDefault();
        go(`/search?q=${encodeURIComponent(String(new FormData(event.currentTarget).get('q')))}`);
      }}>
        <input type="search" name="q" aria-label="Search" placeholder="Search" />
      </form>
      <a href="/cart">Cart ({count})</a>
      {me ? <><a href="/orders">{me.name}</a><LogOut /></> : <a href="/login">Log in</a>}
    </header>
  );
}

function Content() {
  const url = new URL(usePath(), location.origin);
  const [, page = '', name = ''] = url.pathname.split('/');
  switch (page) {
    case '': return <Home />;
    case 'search': return <Search words={url.searchParams.get('q') ?? ''} />;
    case 'category': return <Category slug={name} />;
    case 'product': return <Product slug={name} />;
    case 'edit': return <Edit slug={name} />;
    case 'cart': return <Cart />;
    case 'login': return <LogIn />;
    case 'register': return <Register />;
    case 'orders': return <Orders />;
    case 'order': return <Order id={name} key={name} />;
    default: return <Page title="There is no such page." />;
  }
}

createRoot(document.getElementById('root')!).render(
  <ApolloProvider client={client}><Header /><Content /></ApolloProvider>,
);
