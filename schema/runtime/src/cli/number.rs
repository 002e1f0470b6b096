//! Numbers as flags, each within bounds that make sense.

use std::{any::TypeId, fmt::Display, ops::RangeInclusive, str::FromStr};

use clap::{Arg, Command};

/// A parser of whole numbers within `range`, for `#[arg(value_parser = number(1_u64..=60))]`. Every flag that takes a
/// number has one: what is too small or too large is refused at the start, with the least and the greatest that is not.
pub fn number<T>(range: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: FromStr + PartialOrd + Display + Clone + Send + Sync + 'static,
{
    move |text: &str| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| format!("it must be a whole number from {} to {}", range.start(), range.end()))
    }
}

/// The flags of a command and its subcommands that take any number that their type can hold. For tests: none should.
pub fn unbounded_numbers(command: &Command) -> Vec<String> {
    // A number without a flag names something, such as a row; it sets nothing.
    let own = command.get_arguments().filter(|argument| !argument.is_positional() && is_unbounded(argument));
    let own = own.map(|argument| format!("{} --{}", command.get_name(), argument.get_long().unwrap_or_default()));
    own.chain(command.get_subcommands().flat_map(unbounded_numbers)).collect()
}

fn is_unbounded(argument: &Arg) -> bool {
    let greatest = [
        (TypeId::of::<u8>(), u64::from(u8::MAX)),
        (TypeId::of::<u16>(), u16::MAX.into()),
        (TypeId::of::<u32>(), u32::MAX.into()),
        (TypeId::of::<i32>(), i32::MAX.unsigned_abs().into()),
        (TypeId::of::<i64>(), i64::MAX.unsigned_abs()),
        (TypeId::of::<u64>(), u64::MAX),
        (TypeId::of::<usize>(), usize::MAX as u64),
    ];
    let parser = argument.get_value_parser();
    let Some((_, greatest)) = greatest.iter().find(|(ty, _)| parser.type_id() == *ty) else { return false };
    let alone = Command::new("alone").arg(Arg::new("number").long("number").value_parser(parser.clone()));
    alone.try_get_matches_from(["alone", "--number", &greatest.to_string()]).is_ok()
}

#[cfg(test)]
mod tests {
    use clap::value_parser;

    use super::*;

    #[test]
    fn a_flag_without_bounds_is_found_wherever_it_stands() {
        let flag = |name: &'static str| Arg::new(name).long(name);
        let command = Command::new("program")
            .arg(flag("text"))
            .arg(flag("bounded").value_parser(number(1_usize..=9)))
            .arg(flag("ranged").value_parser(value_parser!(u32).range(1..=9)))
            .subcommand(Command::new("serve").arg(flag("bytes").value_parser(value_parser!(u64))));
        assert_eq!(unbounded_numbers(&command), ["serve --bytes"]);
    }
}
