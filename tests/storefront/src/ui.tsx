import { CombinedGraphQLErrors, type OperationVariables, type TypedDocumentNode } from '@apollo/client';
import { type FormEvent, type InputHTMLAttributes, type ReactNode, useEffect, useState } from 'react';
import { client } from './client';
import { graphql } from './gql';
import { keyOf } from './keys';

graphql(`fragment Errors on UserError { code message path ... on StockError { available } }`);
graphql(`fragment Price on Money { amount currencyCode }`);

type Errors = { message: string; path?: string[] | null }[];
type PageProps = { title?: string | null; path?: string | null; error?: unknown; children?: ReactNode };
type List = { pageInfo: { hasNextPage: boolean; endCursor?: string | null } };
type Field = { label?: string; name: string } & InputHTMLAttributes<HTMLInputElement>;

export const mutate = async <T, V extends OperationVariables>(mutation: TypedDocumentNode<T, V>, variables: V) =>
  (await client.mutate<T, OperationVariables>({ mutation, variables })).data as T;

/** The input of what is done once, however often it is sent. */
export const keyed = <T extends object>(intent: string, input: T) =>
  ({ input: { ...input, idempotencyKey: keyOf(intent, input) } });

/** What to say of an exception: the input is not what is wrong. */
function sentence(error: unknown): string {
  if (!CombinedGraphQLErrors.is(error)) return 'No answer came. Send it again: nothing is done twice.';
  const { code, requestId } = error.errors[0]?.extensions ?? {};
  return code === 'UNAUTHENTICATED' ? 'Log in first.' : `${error.message} (${requestId})`;
}

export const Alerts = ({ of = [] }: { of?: Errors }) =>
  of.map(({ message }) => <span role="alert" key={message}>{message}</span>);

/** A form that shows `userErrors` at the fields that their paths lead to, and the others above its button. */
export function Form<T>({ action, submit, fields = [], children }: {
  action: (values: T) => Promise<Errors | void>; submit: string; fields?: Field[]; children?: ReactNode;
}) {
  const [{ errors, pending }, setState] = useState({ errors: [] as Errors, pending: false });
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.currentTarget)) as T;
    setState({ errors, pending: true });
    const refused = await action(values).catch((error): Errors => [{ message: sentence(error) }]);
    setState({ errors: refused ?? [], pending: false });
  };
  const at = (field: Field) => errors.filter(({ path }) => path?.at(-1) === field.name);
  return (
    <form onSubmit={send}>
      {fields.map(({ label, ...field }) => (
        <label key={field.name}>{label} <input required {...field} aria-invalid={at(field).length > 0} /><Alerts of={at(field)} /></label>
      ))}
      {children}
      <Alerts of={errors.filter((error) => !fields.some((field) => at(field).includes(error)))} />
      <button disabled={pending}>{submit}</button>
    </form>
  );
}

/** A page with its title; without one it is still being read. `path` is its address, where an old one may lead to it. */
export function Page({ title, path, error, children }: PageProps) {
  useEffect(() => { if (path) history.replaceState(null, '', path); }, [path]);
  return (
    <main aria-busy={!title && !error}>
      <title>{`${title ?? '…'} – Rialto`}</title>
      <h1>{title}</h1>
      {Boolean(error) && <Alerts of={[{ message: sentence(error) }]} />}
      {title && children}
    </main>
  );
}

/** The next page of a list, where there is one. */
export function More({ of, read, what }: { of?: List | null; read: (after: string) => unknown; what: string }) {
  const { hasNextPage, endCursor } = of?.pageInfo ?? {};
  return hasNextPage && endCursor ? <button onClick={() => read(endCursor)}>More {what}</button> : null;
}
