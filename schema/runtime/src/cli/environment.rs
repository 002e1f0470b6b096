//! Environment variables as flags.

use clap::{
    Arg, ArgAction, Command,
    builder::{FalseyValueParser, Resettable},
};

/// The command with two rules for all of its environment variables. One that is empty counts as unset, because that is
/// how Compose files, systemd units and shells pass a variable that nobody gave. One for a switch may say yes and no as
/// people do: `1`, `on` and `true`, or `0`, `off` and `false`.
pub(super) fn prepare(command: Command) -> Command {
    command.mut_args(prepare_argument).mut_subcommands(prepare)
}

fn prepare_argument(argument: Arg) -> Arg {
    let Some(name) = argument.get_env() else { return argument };
    if std::env::var_os(name).is_some_and(|value| value.is_empty()) {
        return argument.env(Resettable::Reset);
    }
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        return argument.value_parser(FalseyValueParser::new());
    }
    argument
}
