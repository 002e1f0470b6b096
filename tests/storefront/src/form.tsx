import { CombinedGraphQLErrors } from '@apollo/client';
import { createContext, type FormEvent, type InputHTMLAttributes, type ReactNode, useContext, useState } from 'react';
import { graphql } from './gql';
import type { ErrorsFragment } from './gql/graphql';

graphql(`
  fragment Errors on UserError {
    code message path
    ... on StockError { available }
    ... on ConflictError { currentVersion }
  }
`);

type Errors = (Pick<ErrorsFragment, 'message' | 'path'> & { code?: string })[];

/** What is said of `errors`, which are about no input. */
export function sentence(error: unknown): string {
  if (!CombinedGraphQLErrors.is(error)) return 'No answer came. Send it again: nothing is done twice.';
  const { code, requestId } = error.errors[0]?.extensions ?? {};
  return code === 'UNAUTHENTICATED' ? 'Log in first.' : `${error.message} (${requestId})`;
}

const Refused = createContext<Errors>([]);

/** A form that shows `userErrors` at the fields that their paths lead to, and the others above its button. */
export function Form(props: { action: (form: FormData) => Promise<Errors | undefined>; submit: string; children?: ReactNode }) {
  const [errors, setErrors] = useState<Errors>([]);
  const [pending, setPending] = useState(false);
  const [names, setNames] = useState<string[]>([]);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setNames([...form.keys()]);
    setPending(true);
    setErrors(await props.action(form).catch((error) => [{ message: sentence(error), path: null }]) ?? []);
    setPending(false);
  };
  const others = errors.filter(({ path }) => !names.includes(path?.at(-1) ?? ''));
  return (
    <form onSubmit={send}>
      <Refused value={errors}>{props.children}</Refused>
      {others.map((error) => <p role="alert" key={error.message}>{error.message}</p>)}
      <button disabled={pending}>{props.submit}</button>
    </form>
  );
}

export function Field({ label, ...input }: { label: string; name: string } & InputHTMLAttributes<HTMLInputElement>) {
  const errors = useContext(Refused).filter(({ path }) => path?.at(-1) === input.name);
  return (
    <label>
      {label}
      <input {...input} aria-invalid={errors.length > 0} />
      {errors.map((error) => <span role="alert" key={error.message}>{error.message}</span>)}
    </label>
  );
}
