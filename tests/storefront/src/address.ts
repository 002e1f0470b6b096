/** Where the API is. */
export const API: string = import.meta.env.VITE_API_URL ?? 'http://localhost:4000/graphql';

/** Where an image is, or an upload goes: relative to the API, unless the shop has a `--public-url`. */
export const absolute = (url: string) => new URL(url, API).href;
