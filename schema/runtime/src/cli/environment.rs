//! Environment variables as flags.

use std::{ffi::OsStr, fs, io::Read as _};

use clap::{
    Arg, ArgAction, Command, Error,
    builder::{FalseyValueParser, Resettable},
    error::ErrorKind,
};

use crate::secret;

/// The longest secret that is read from a file, in bytes.
const LONGEST: u64 = 64 * 1024;

/// The command with four rules for all of its environment variables. One that is empty counts as unset, because that is
/// how Compose files, systemd units and shells pass a variable that nobody gave. One for a switch may say yes and no as
/// people do: `1`, `on` and `true`, or `0`, `off` and `false`. No help shows what a variable holds: any address may have
/// a password in it. A secret, which is a flag whose value its definition hides, may be in a file that a variable with
/// `_FILE` behind its name tells, as container platforms hand secrets over.
pub(super) fn prepare(mut command: Command) -> Result<Command, Error> {
    let mut problem = None;
    let prepared = prepare_all(command.clone(), &mut problem);
    match problem {
        Some(problem) => Err(command.error(ErrorKind::ArgumentConflict, problem)),
        None => Ok(prepared),
    }
}

fn prepare_all(command: Command, problem: &mut Option<String>) -> Command {
    let command = command.mut_args(|argument| {
        prepare_argument(argument.clone()).unwrap_or_else(|told| {
            problem.get_or_insert(told);
            argument
        })
    });
    command.mut_subcommands(|subcommand| prepare_all(subcommand, problem))
}

fn prepare_argument(argument: Arg) -> Result<Arg, String> {
    let Some(name) = argument.get_env().map(OsStr::to_os_string) else { return Ok(argument) };
    let is_secret = argument.is_hide_env_values_set();
    let argument = argument.hide_env_values(true);
    let is_set = std::env::var_os(&name).is_some_and(|value| !value.is_empty());
    if is_secret && let Some(value) = in_file(&name.to_string_lossy(), is_set)? {
        // A flag comes before it, as before any variable. It lives as long as the process, like those do.
        let value: &'static str = Box::leak(value.into_boxed_str());
        return Ok(argument.env(Resettable::Reset).default_value(value).hide_default_value(true));
    }
    if !is_set && std::env::var_os(&name).is_some() {
        return Ok(argument.env(Resettable::Reset));
    }
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        return Ok(argument.value_parser(FalseyValueParser::new()));
    }
    Ok(argument)
}

/// The secret in the file that `NAME_FILE` names, without the line's end; `None` where no file is named.
fn in_file(name: &str, is_set: bool) -> Result<Option<String>, String> {
    let variable = format!("{name}_FILE");
    let Some(path) = std::env::var_os(&variable).filter(|path| !path.is_empty()) else { return Ok(None) };
    if is_set {
        return Err(format!("both {name} and {variable} are set: give one of them"));
    }
    let cannot = |reason: &str| format!("{variable}: {}: {reason}", path.display());
    let mut text = String::new();
    let read = fs::File::open(&path).and_then(|file| file.take(LONGEST).read_to_string(&mut text));
    read.map_err(|error| cannot(&error.to_string()))?;
    let value = text.trim_end_matches(['\n', '\r']);
    if value.is_empty() {
        return Err(cannot("it is empty"));
    }
    secret::remember(value);
    Ok(Some(value.to_owned()))
}
