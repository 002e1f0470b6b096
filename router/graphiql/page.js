// Starts GraphiQL on this page, or says that it cannot be had.
'use strict';

const asText = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

const tabs = JSON.parse(document.getElementById('tabs').textContent).map((tab) => ({
  query: Array.isArray(tab.query) ? tab.query.join('\n') : tab.query,
  variables: tab.variables && asText(tab.variables),
  headers: tab.headers && asText(tab.headers),
}));

if (window.React && window.ReactDOM && window.GraphiQL) {
  const explorer = React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql' }),
    defaultTabs: tabs,
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: true,
  });
  ReactDOM.createRoot(document.getElementById('graphiql')).render(explorer);
} else {
  document.querySelector('.note').classList.add('failed');
  document.querySelector('.note h1').textContent = 'GraphiQL cannot be loaded';
}
