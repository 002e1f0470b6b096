// Starts GraphiQL on this page, or says that it cannot be had. What it opens with, and where answers carry tokens, is in
// the element `config`: an array of tabs, or an object with `tabs` and `session`.
'use strict';

const API = '/graphql';

const asText = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

const readTab = (tab) => ({
  query: Array.isArray(tab.query) ? tab.query.join('\n') : tab.query,
  variables: tab.variables && asText(tab.variables),
  headers: tab.headers && asText(tab.headers),
});

// The first text at one of `paths` (`login.accessToken`; `*` is any key) in the data of an answer.
function find(data, paths) {
  const step = (values, key) => values
    .filter((value) => value !== null && typeof value === 'object')
    .flatMap((value) => (key === '*' ? Object.values(value) : [value[key]]));
  const all = (paths || []).flatMap((path) => path.split('.').reduce(step, [data]));
  return all.find((value) => typeof value === 'string' && value !== '');
}

// Remembers the tokens of a log-in for as long as this window is open, and sends them where a tab has none of its own.
class Session {
  static KEY = 'graphiql:session';

  constructor({ accessToken, refreshToken, renew }) {
    this.paths = { access: accessToken, refresh: refreshToken };
    this.renewal = renew;
    this.fetch = this.fetch.bind(this);
  }

  read() {
    try {
      return JSON.parse(window.sessionStorage.getItem(Session.KEY)) || {};
    } catch {
      return {};
    }
  }

  forget() {
    window.sessionStorage.removeItem(Session.KEY);
  }

  // Whether there were tokens to remember.
  remember(answer) {
    const access = find(answer.data, this.paths.access);
    if (!access) return false;
    const refresh = find(answer.data, this.paths.refresh);
    window.sessionStorage.setItem(Session.KEY, JSON.stringify({ access, refresh }));
    return true;
  }

  // In place of window.fetch.
  async fetch(url, init) {
    const own = new Headers(init.headers);
    const { access } = this.read();
    if (own.has('authorization') || !access) return this.noted(await window.fetch(url, init));
    const response = await window.fetch(url, this.with(access, init));
    // A token that is not believed is refused before anything is done.
    if (response.status !== 401) return this.noted(response);
    await this.renew(access);
    const renewed = this.read().access;
    return this.noted(await window.fetch(url, renewed ? this.with(renewed, init) : init));
  }

  with(access, init) {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${access}`);
    return { ...init, headers };
  }

  async noted(response) {
    if ((response.headers.get('content-type') || '').includes('json')) {
      this.remember(await response.clone().json().catch(() => ({})));
    }
    return response;
  }

  // Exchanges the refresh token once, however many tabs ask; where answers carried none, a cookie may have it. Tokens that
  // cannot be renewed are forgotten.
  renew(access) {
    if (this.read().access !== access) return Promise.resolve();
    this.renewing ??= this.exchange().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  async exchange() {
    const { refresh } = this.read();
    if (!this.renewal) return this.forget();
    const { query, variable } = this.renewal;
    const response = await window.fetch(API, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { [variable]: refresh ?? null } }),
    });
    const answer = await response.json();
    // Without data the router was too busy, or the like: the next request tries again.
    if (!this.remember(answer) && answer.data) this.forget();
  }
}

if (window.React && window.ReactDOM && window.GraphiQL) {
  const config = JSON.parse(document.getElementById('config').textContent);
  const { tabs, session } = Array.isArray(config) ? { tabs: config } : config;
  const explorer = React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: API, ...(session && { fetch: new Session(session).fetch }) }),
    defaultTabs: tabs.map(readTab),
    defaultEditorToolsVisibility: 'variables',
    shouldPersistHeaders: true,
  });
  ReactDOM.createRoot(document.getElementById('graphiql')).render(explorer);
} else {
  document.querySelector('.note').classList.add('failed');
  document.querySelector('.note h1').textContent = 'GraphiQL cannot be loaded';
}
