//! Passwords that were given as flags, which every user of the machine can read in the list of its processes.

use std::sync::{Mutex, PoisonError};

use clap::{ArgMatches, Command, parser::ValueSource};

use crate::secret::has_password;

/// The flags that had one, until it can be said.
static GIVEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Notes down which flags of `matches` hold a password.
pub(super) fn note(command: &Command, matches: &ArgMatches) {
    let found = flags(command, matches);
    GIVEN.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
}

fn flags(command: &Command, matches: &ArgMatches) -> Vec<String> {
    let mut found = Vec::new();
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        let is_given = matches!(matches.try_contains_id(id), Ok(true))
            && matches.value_source(id) == Some(ValueSource::CommandLine);
        let Some(flag) = argument.get_long().filter(|_| is_given) else { continue };
        let is_password = argument.get_value_names().is_some_and(|names| names.iter().any(|it| it == "PASSWORD"));
        let mut values = matches.get_raw(id).into_iter().flatten();
        if values.any(|value| is_password || has_password(&value.to_string_lossy())) {
            found.push(format!("--{flag}"));
        }
    }
    let subcommand = matches.subcommand();
    let inner = subcommand.and_then(|(name, matches)| Some((command.find_subcommand(name)?, matches)));
    found.extend(inner.into_iter().flat_map(|(command, matches)| flags(command, matches)));
    found
}

/// Warns of them, once.
pub(crate) fn warn_of_open_passwords() {
    for flag in std::mem::take(&mut *GIVEN.lock().unwrap_or_else(PoisonError::into_inner)) {
        tracing::warn!(
            "{flag} holds a password, which every user of this machine can read in the list of processes: give it as a \
             variable of the environment, or in a file"
        );
    }
}

#[cfg(test)]
mod tests {
    use clap::Arg;

    use super::*;

    #[test]
    fn passwords_in_flags_are_noticed_wherever_they_stand() {
        let flag = |name: &'static str| Arg::new(name).long(name);
        let command = Command::new("program")
            .arg(flag("database-url"))
            .arg(flag("demo-password").value_name("PASSWORD"))
            .subcommand(Command::new("serve").arg(flag("subgraph")));
        let noticed = |args: &[&str]| {
            let matches = command.clone().try_get_matches_from([&["program"], args].concat()).unwrap();
            flags(&command, &matches)
        };
        assert_eq!(noticed(&["--database-url", "postgres://shop:secret@host/x"]), ["--database-url"]);
        assert_eq!(noticed(&["--database-url", "postgres://shop@host/x"]), [""; 0]);
        assert_eq!(noticed(&["--demo-password", "anything"]), ["--demo-password"]);
        assert_eq!(noticed(&["serve", "--subgraph", "users=http://a:b@users/graphql"]), ["--subgraph"]);
    }
}
