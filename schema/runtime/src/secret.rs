//! Passwords that stand in settings: where they are, and text without them.

use std::sync::{Mutex, PoisonError};

use percent_encoding::percent_decode_str;

/// Shorter ones are not looked for inside of other text, which would be full of them by chance.
const SHORTEST: usize = 4;

/// What text shows in place of a password.
const HIDDEN: &str = "***";

/// Names of parameters whose values are secret, as `password=` in `postgres://host/name?user=shop&password=…`. Longer
/// names that end so, such as `sslpassword`, are meant too.
const PARAMETERS: [&str; 5] = ["password", "passwd", "pwd", "secret", "token"];

/// Secrets that were read from files, so that they are hidden like those of flags and variables.
static READ: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Whether `setting`, which may be an address, contains a password.
pub fn has_password(setting: &str) -> bool {
    !passwords(setting).is_empty()
}

/// The passwords in an address, as they are written there: in `scheme://user:password@host`, wherever the part before
/// the last `@` ends, and in parameters. An address need not be a valid one for that.
pub fn passwords(setting: &str) -> Vec<&str> {
    let authority = setting.split_once("://").map_or(setting, |(_, rest)| rest);
    let credentials = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':'));
    let mut found: Vec<_> = credentials.map(|(_, password)| password).into_iter().collect();
    // `key=value` in a query or in a list of keywords, with blanks around the sign or not.
    for (at, _) in setting.match_indices('=') {
        let key = setting[..at].trim_end().to_ascii_lowercase();
        if PARAMETERS.iter().any(|parameter| key.ends_with(parameter)) {
            let value = setting[at + 1..].trim_start();
            let quoted = value.strip_prefix('\'').and_then(|value| value.split_once('\'')).map(|(value, _)| value);
            found.push(quoted.unwrap_or_else(|| value.split(['&', ' ']).next().unwrap_or_default()));
        }
    }
    found.retain(|password| !password.is_empty());
    found
}

/// Remembers that `setting`, which was read from a file, is a secret, or has one in it.
pub fn remember(setting: &str) {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if !read.iter().any(|known| known == setting) {
        read.push(setting.to_owned());
    }
}

/// `text` without the passwords of this process: those in its arguments, in its environment and in the files that these
/// name. What tells why a process ends goes through here, because libraries repeat what they cannot read.
pub fn hidden(text: &str) -> String {
    let settings = std::env::args_os().chain(std::env::vars_os().map(|(_, value)| value));
    let settings = settings.filter_map(|setting| setting.into_string().ok());
    let settings: Vec<_> = settings.filter(|setting| has_password(setting)).collect();
    let read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    hidden_of(text, settings.iter().chain(read.iter()).map(String::as_str))
}

fn hidden_of<'a>(text: &str, settings: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = Vec::new();
    for setting in settings {
        let passwords = passwords(setting);
        if passwords.is_empty() {
            words.push(setting.to_owned());
        }
        for password in passwords {
            words.push(password.to_owned());
            words.push(percent_decode_str(password).decode_utf8_lossy().into_owned());
            // What a parser took for the password, or for a host or a port, because of a character in it.
            words.extend(password.split(['/', '?', '#', '@', ':']).map(str::to_owned));
        }
    }
    words.retain(|word| word.chars().count() >= SHORTEST);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    words.iter().fold(text.to_owned(), |text, word| text.replace(word.as_str(), HIDDEN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_found_in_every_form() {
        for (setting, expected) in [
            ("postgres://shop:secret@host/x", vec!["secret"]),
            ("postgres://shop:Top#Secret/9@host/x", vec!["Top#Secret/9"]),
            ("postgres://shop:a@b?c@host/x", vec!["a@b?c"]),
            ("postgres://host/x?user=shop&password=secret", vec!["secret"]),
            ("postgres://host/x?PASSWORD=a&sslpassword=b", vec!["a", "b"]),
            ("host=h user=u password = 'two words' dbname=x", vec!["two words"]),
            ("users=http://shop:secret@users:4001/graphql", vec!["secret"]),
            ("shop:secret@host/x", vec!["secret"]),
            ("postgres://shop@host/x", vec![]),
            ("sqlite:data/users.sqlite", vec![]),
            ("http://host:81/a@b", vec!["81/a"]),
        ] {
            assert_eq!(passwords(setting), expected, "{setting}");
        }
    }

    #[test]
    fn no_part_of_a_password_is_left_in_a_text() {
        let hide = |text: &str, setting: &str| hidden_of(text, [setting].into_iter());
        let setting = "postgres://shop:Top#Secret%2F9@host/x";
        assert_eq!(hide(&format!("{setting:?} is none"), setting), "\"postgres://shop:***@host/x\" is none");
        assert_eq!(hide("the port \"Secret%2F9\" is no number", setting), "the port \"***\" is no number");
        assert_eq!(hide("no Top#Secret/9 here", setting), "no *** here");
        assert_eq!(hide("the demo password is taken", "a secret of a file"), "the demo password is taken");
        assert_eq!(hide("a secret of a file", "a secret of a file"), "***");
    }
}
