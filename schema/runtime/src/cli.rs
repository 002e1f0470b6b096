//! Command lines: flags and environment variables in, one clear line out where they are wrong.

mod connections;
mod environment;
mod number;
mod openly;
mod shutdown;

use std::{
    ffi::OsString,
    process::{ExitCode, Termination},
};

use clap::{CommandFactory, FromArgMatches, Parser, error::ErrorKind};

pub(crate) use self::openly::warn_of_open_passwords;
pub use self::{
    connections::ConnectionArgs,
    number::{number, unbounded_numbers},
    shutdown::ShutdownArgs,
};
use crate::{
    output::{complain, print},
    secret::hidden,
};

/// The command line as `C`, for the program `name`. Empty environment variables count as unset; of secrets, `NAME_FILE` may
/// say which file has the value of `NAME`.
///
/// # Errors
/// If the command line asks for help or is no `C`. That has been said then, and the process ends with the status.
pub fn parse<C: Parser>(name: &str) -> Result<C, ExitCode> {
    parse_from(std::env::args_os()).map_err(|error| explain(name, &error))
}

fn parse_from<C: CommandFactory + FromArgMatches>(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<C, clap::Error> {
    let mut command = environment::prepare(C::command())?;
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    openly::note(&command, &matches);
    C::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// Help and version are answers; anything else is a wrong setting, told in one line.
fn explain(name: &str, error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return end(name, print(error.render()));
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        complain(error.render());
    } else {
        let line = hidden(&first_paragraph(&error.render().to_string()));
        complain(format_args!("{name}: {line} (see {name} --help)"));
    }
    ExitCode::from(2)
}

/// How a process ends: with the status that `result` is, which is 0 for `()`. An error becomes one line on standard error,
/// without passwords, and a status other than 0.
pub fn end(name: &str, result: anyhow::Result<impl Termination>) -> ExitCode {
    match result {
        Ok(status) => status.report(),
        Err(error) => {
            complain(format_args!("{name}: {}", hidden(&one_line(told(&error).lines()))));
            ExitCode::FAILURE
        }
    }
}

/// An error and its causes, each once: many an error says its cause in its own text, too.
pub fn told(error: &anyhow::Error) -> String {
    let mut said: Vec<String> = Vec::new();
    for cause in error.chain().map(ToString::to_string) {
        if said.iter().any(|said| said.contains(&cause)) {
            continue;
        }
        said.pop_if(|last| cause.contains(last.as_str()));
        said.push(cause);
    }
    said.join(": ")
}

/// What is wrong, without the usage and the hints that follow.
fn first_paragraph(message: &str) -> String {
    let lines = message.lines().map(str::trim);
    let line = one_line(lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more")));
    line.trim_start_matches("error: ").to_owned()
}

fn one_line<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_setting_is_one_line() {
        let error = clap::Command::new("users").try_get_matches_from(["users", "--colour"]).unwrap_err();
        assert_eq!(first_paragraph(&error.render().to_string()), "unexpected argument '--colour' found");
    }

    #[test]
    fn every_cause_is_told_once() {
        let told = |texts: &[&str]| {
            let (first, rest) = texts.split_first().unwrap();
            let error = rest.iter().fold(anyhow::anyhow!("{first}"), |error, text| error.context((*text).to_owned()));
            told(&error)
        };
        assert_eq!(told(&["refused", "cannot connect", "users"]), "users: cannot connect: refused");
        assert_eq!(told(&["refused", "cannot connect: refused", "users"]), "users: cannot connect: refused");
        assert_eq!(told(&["cannot connect: refused", "cannot connect"]), "cannot connect: refused");
        assert_eq!(told(&["refused", "x", "cannot connect: refused"]), "cannot connect: refused: x");
    }

    #[derive(Debug, Parser)]
    struct Few {
        #[arg(long, value_parser = number(1_u32..=5))]
        count: Option<u32>,
    }

    #[test]
    fn a_number_that_makes_no_sense_is_refused_with_those_that_do() {
        let parse = |text: &str| parse_from::<Few>(["few".into(), "--count".into(), text.into()]);
        assert_eq!(parse("5").unwrap().count, Some(5));
        for bad in ["0", "6", "4294967296", "18446744073709551616", "many", "1.5", ""] {
            let line = first_paragraph(&parse(bad).unwrap_err().render().to_string());
            assert!(line.contains("--count") && line.ends_with("it must be a whole number from 1 to 5"), "{line}");
        }
    }
}
