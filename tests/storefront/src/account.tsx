import { useApolloClient, useQuery } from '@apollo/client/react';
import { Field, Form } from './form';
import { graphql } from './gql';
import type { RegisterInput } from './gql/graphql';
import { Page } from './page';
import { go } from './router';
import { session } from './session';

const ME = graphql(`query Me { me { id name roles } }`);
const LOG_IN = graphql(`mutation LogIn($input: LoginInput!) {
  login(input: $input) { accessToken refreshToken userErrors { ...Errors } }
}`);
const REGISTER = graphql(`mutation Register($input: RegisterInput!) { register(input: $input) { userErrors { ...Errors } } }`);
const LOG_OUT = graphql(`mutation LogOut($input: LogoutInput) { logout(input: $input) { success } }`);

/** Who is logged in, if anybody. */
export function useMe() {
  const isOpen = session.use() !== null;
  const { data } = useQuery(ME, { skip: !isOpen });
  return isOpen ? data?.me : null;
}

export function LogOut() {
  const client = useApolloClient();
  async function logOut() {
    const input = { refreshToken: session.get()?.refreshToken };
    await client.mutate({ mutation: LOG_OUT, variables: { input } });
    session.set(null);
    go('/');
    return [];
  }
  return <Form action={logOut} submit="Log out" />;
}

function useLogIn() {
  const client = useApolloClient();
  return async (login: string, password: string) => {
    const { data } = await client.mutate({ mutation: LOG_IN, variables: { input: { login, password } } });
    const { userErrors, accessToken, refreshToken } = data!.login;
    if (userErrors.length > 0) return userErrors;
    session.set({ accessToken, refreshToken });
    go('/');
  };
}

export function LogIn() {
  const logIn = useLogIn();
  return (
    <Page title="Log in">
      <Form action={(form) => logIn(String(form.get('login')), String(form.get('password')))} submit="Log in">
        <Field label="User name or e-mail address" name="login" autoComplete="username" required />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      </Form>
      <a href="/register">Register</a>
    </Page>
  );
}

export function Register() {
  const client = useApolloClient();
  const logIn = useLogIn();
  async function register(form: FormData) {
    const input = Object.fromEntries(form) as unknown as RegisterInput;
    const { userErrors } = (await client.mutate({ mutation: REGISTER, variables: { input } })).data!.register;
    return userErrors.length > 0 ? userErrors : logIn(input.username, input.password);
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
