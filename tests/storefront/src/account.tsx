import { useQuery } from '@apollo/client/react';
import { begin, client } from './client';
import { Field, Form } from './form';
import { graphql } from './gql';
import type { ErrorsFragment, LoginInput, RegisterInput } from './gql/graphql';
import { keyOf, settled } from './keys';
import { Page } from './page';
import { go } from './router';
import { session, type Tokens } from './session';

const ME = graphql(`query Me { me { id name roles } }`);
const LOG_IN = graphql(`mutation LogIn($input: LoginInput!) {
  login(input: $input) { accessToken refreshToken userErrors { ...Errors } }
}`);
const REGISTER = graphql(`mutation Register($input: RegisterInput!) {
  register(input: $input) { accessToken refreshToken userErrors { ...Errors } }
}`);
const LOG_OUT = graphql(`mutation LogOut($input: LogoutInput) { logout(input: $input) { success } }`);

/** Who is logged in, if anybody. */
export const useMe = () => useQuery(ME).data?.me;

export function LogOut() {
  async function logOut() {
    const input = { refreshToken: session.get()?.refreshToken };
    await client.mutate({ mutation: LOG_OUT, variables: { input } });
    session.set(null);
    go('/');
    return [];
  }
  return <Form action={logOut} submit="Log out" />;
}

function begun({ userErrors, ...tokens }: Tokens & { userErrors: ErrorsFragment[] }) {
  if (userErrors.length > 0) return userErrors;
  begin(tokens);
  go('/');
}

export function LogIn() {
  async function logIn(form: FormData) {
    const input = Object.fromEntries(form) as unknown as LoginInput;
    return begun((await client.mutate({ mutation: LOG_IN, variables: { input } })).data!.login);
  }
  return (
    <Page title="Log in">
      <Form action={logIn} submit="Log in">
        <Field label="User name or e-mail address" name="login" autoComplete="username" required />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      </Form>
      <a href="/register">Register</a>
    </Page>
  );
}

export function Register() {
  async function register(form: FormData) {
    const input = Object.fromEntries(form) as unknown as RegisterInput;
    const idempotencyKey = keyOf('register', [input.username, input.email]); // Never a password: it would be kept.
    const variables = { input: { ...input, idempotencyKey } };
    const payload = (await client.mutate({ mutation: REGISTER, variables })).data!.register;
    if (payload.accessToken) settled('register');
    return begun(payload);
  }
  return (
    <Page title="Register">
      <Form action={register} submit="Register">
        <Field label="User name" name="username" autoComplete="username" required />
        <Field label="E-mail address" name="email" type="email" autoComplete="email" required />
        <Field label="Password" name="password" type="password" autoComplete="new-password" required />
      </Form>
    </Page>
  );
}
