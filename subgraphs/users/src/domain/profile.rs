//! What a person says about themselves: at registration all of it, later some of it.

use kit::text;

use super::{Email, Fault, Password, Problem, Problems, Username, guessable::refuse_guessable};

const MAX_NAME: usize = 100;

/// A name that a person goes by.
pub fn person_name(name: &str) -> Result<String, Fault> {
    Ok(text::line(name, MAX_NAME)?)
}

/// Everything needed for an account.
#[derive(Clone, Debug)]
pub struct Registration {
    /// To log in with.
    pub username: Username,
    /// To log in with, too.
    pub email: Email,
    /// What to call the person.
    pub name: String,
    /// Not yet hashed.
    pub password: Password,
}

impl Registration {
    /// Reads what was typed. Who gives no name is called by the user name.
    pub fn parse(username: &str, email: &str, password: &str, name: Option<&str>) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::default();
        let username = problems.check("username", Username::parse(username));
        let email = problems.check("email", Email::parse(email));
        let own = [username.as_ref().map(Username::as_str), email.as_ref().map(Email::as_str), name];
        let names: Vec<&str> = own.into_iter().flatten().collect();
        let password = Password::parse(password).and_then(|parsed| {
            refuse_guessable(password, &names)?;
            Ok(parsed)
        });
        let password = problems.check("password", password);
        let name = match name {
            None => username.as_ref().map(|username| username.as_str().to_owned()),
            Some(name) => problems.check("name", person_name(name)),
        };
        let all = (|| Some(Self { username: username?, email: email?, name: name?, password: password? }))();
        problems.or(all)
    }

    /// What makes two registrations the same for their idempotency key. The password is none of it: a digest of it would be
    /// quick to guess.
    pub fn fingerprint(&self) -> [&str; 3] {
        [self.username.as_str(), self.email.as_str(), &self.name]
    }
}

/// What is to change; `None` leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// Another name to log in with.
    pub username: Option<Username>,
    /// Another e-mail address.
    pub email: Option<Email>,
    /// Another name to be called by.
    pub name: Option<String>,
}

impl ProfileChange {
    /// Reads what was typed.
    pub fn parse(username: Option<&str>, email: Option<&str>, name: Option<&str>) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::default();
        let change = Self {
            username: username.and_then(|text| problems.check("username", Username::parse(text))),
            email: email.and_then(|text| problems.check("email", Email::parse(text))),
            name: name.and_then(|text| problems.check("name", person_name(text))),
        };
        problems.or(Some(change))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Code;

    #[test]
    fn all_problems_are_told_at_once() {
        let problems = Registration::parse("a", "b", "c", Some("")).unwrap_err();
        let told: Vec<_> = problems.iter().map(|problem| (problem.path[1].as_str(), problem.code)).collect();
        let expected = [
            ("username", Code::TooShort),
            ("email", Code::Invalid),
            ("password", Code::TooShort),
            ("name", Code::Required),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn who_gives_no_name_is_called_by_the_user_name() {
        let registration = Registration::parse(" ada ", "ada@example.org", "correct horse", None).unwrap();
        assert_eq!(registration.name, "ada");
    }

    #[test]
    fn what_is_not_given_does_not_change() {
        let change = ProfileChange::parse(None, Some("ada@example.org"), None).unwrap();
        assert!(change.username.is_none() && change.email.is_some() && change.name.is_none());
        assert_eq!(ProfileChange::parse(Some(""), None, None).unwrap_err()[0].code, Code::Required);
    }
}
