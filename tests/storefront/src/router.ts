import { useSyncExternalStore } from 'react';

const moved = new EventTarget();

export function go(path: string) {
  history.pushState(null, '', path);
  scrollTo(0, 0);
  moved.dispatchEvent(new Event('moved'));
}

// Links are plain links; a plain click on one of our own does not load the page anew.
document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest?.('a');
  if (!link || link.origin !== location.origin || event.button || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

function subscribe(listener: () => void) {
  moved.addEventListener('moved', listener);
  addEventListener('popstate', listener);
  return () => {
    moved.removeEventListener('moved', listener);
    removeEventListener('popstate', listener);
  };
}

export const usePath = () => useSyncExternalStore(subscribe, () => location.pathname + location.search);
