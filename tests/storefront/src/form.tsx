import { CombinedGraphQLErrors } from '@apollo/client';
import { createContext, type FormEvent, type InputHTMLAttributes, type ReactNode, useContext, useState } from 'react';
import { graphql } from './gql';

graphql(`fragment Errors on UserError { code message path ... on StockError { available } }`);

type Errors = { message: string; path?: string[] | null }[];
const Refused = createContext<Errors>([]);

/** What to say of an exception: the input is not what is wrong. */
export function sentence(error: unknown): string {
  if (!CombinedGraphQLErrors.is(error)) return 'No answer came. Send it again: nothing is done twice.';
  const { code, requestId } = error.errors[0]?.extensions ?? {};
  return code === 'UNAUTHENTICATED' ? 'Log in first.' : `${error.message} (${requestId})`;
}

/** A form that shows `userErrors` at the fields that their paths lead to, and the others above its button. */
export function Form({ action, submit, children }: {
  action: (form: FormData) => Promise<Errors | undefined>; submit: string; children?: ReactNode;
}) {
  const [state, setState] = useState({ errors: [] as Errors, names: [] as string[], pending: false });
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setState({ ...state, pending: true });
    const errors = await action(form).catch((error): Errors => [{ message: sentence(error) }]);
    setState({ errors: errors ?? [], names: [...form.keys()], pending: false });
  };
  const others = state.errors.filter(({ path }) => !state.names.includes(path?.at(-1) ?? ''));
  return (
    <form onSubmit={send}>
      <Refused value={state.errors}>{children}</Refused>
      {others.map(({ message }) => <p role="alert" key={message}>{message}</p>)}
      <button disabled={state.pending}>{submit}</button>
    </form>
  );
}

export function Field({ label, ...input }: { label: string; name: string } & InputHTMLAttributes<HTMLInputElement>) {
  const errors = useContext(Refused).filter(({ path }) => path?.at(-1) === input.name);
  return (
    <label>
      {label} <input {...input} aria-invalid={errors.length > 0} />
      {errors.map(({ message }) => <span role="alert" key={message}>{message}</span>)}
    </label>
  );
}
