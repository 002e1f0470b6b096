//! Passwords that whoever guesses tries first: the common ones, and the account's own names (NIST SP 800-63B, section
//! 5.1.1.2).
//!
//! What is compared is the text without regard to case, with and without a few digits and signs around it, and with the
//! usual digits and signs read as letters. `P@ssw0rd1!` is no other password than `password`.

use std::{collections::HashSet, sync::OnceLock};

use super::{Code, Fault};

/// About 19,000 passwords, the most common of those that were ever published, in lower case.
const COMMON: &str = include_str!("common.txt");
/// Names that are shorter say nothing.
const SHORTEST_NAME: usize = 4;
/// Of longer decorations, the password lives.
const MAX_DECORATION: usize = 4;

/// Refuses a password that is common, or is one of the account's own `names`.
pub fn refuse_guessable(password: &str, names: &[&str]) -> Result<(), Fault> {
    let forms = forms(&password.to_lowercase());
    let is_common = is_monotonous(password) || forms.iter().any(|form| common().contains(form.as_str()));
    if is_common {
        return Err(too_common("This is one of the passwords that everybody tries first."));
    }
    let names: HashSet<String> = names.iter().flat_map(|name| spellings(name)).collect();
    if forms.iter().any(|form| names.contains(form)) {
        return Err(too_common("A password must not be one of your own names."));
    }
    Ok(())
}

fn too_common(message: &str) -> Fault {
    Fault::new(Code::PasswordTooCommon, message)
}

fn common() -> &'static HashSet<&'static str> {
    static WORDS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    WORDS.get_or_init(|| COMMON.lines().collect())
}

/// The texts that stand for a password in lower case: itself and its core, each as written and with letters for digits.
fn forms(password: &str) -> HashSet<String> {
    let whole = password.trim();
    let core = undecorated(whole, MAX_DECORATION);
    let plain: String = whole.chars().map(letter).collect();
    let mut forms: HashSet<String> = [whole, core].into_iter().map(str::to_owned).collect();
    forms.insert(core.chars().map(letter).collect());
    forms.insert(undecorated(&plain, MAX_DECORATION).to_owned());
    forms.insert(plain);
    // `pass word` and `pass-word` are `password`.
    let joined: Vec<String> = forms.iter().map(|form| joined(form)).collect();
    forms.extend(joined);
    forms.retain(|form| !form.is_empty());
    forms
}

/// What somebody may make of a name: the whole, its words, and of an e-mail address what stands before and behind the `@`.
fn spellings(name: &str) -> HashSet<String> {
    let name = name.to_lowercase();
    let words = name.split(|c: char| !c.is_alphanumeric());
    let parts = name.split('@').chain(words).chain([name.as_str()]).map(str::trim);
    let texts = parts.flat_map(|part| [part.to_owned(), joined(part), undecorated(part, usize::MAX).to_owned()]);
    let texts = texts.flat_map(|text| [text.chars().map(letter).collect(), text]);
    texts.filter(|text: &String| text.chars().count() >= SHORTEST_NAME).collect()
}

fn joined(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// `text` without the digits and signs at its beginning and end, where those are at most `most` on each side.
fn undecorated(text: &str, most: usize) -> &str {
    let is_decoration = |c: char| !c.is_alphabetic();
    let short = |whole: &str, rest: &str| whole.chars().count() - rest.chars().count() <= most;
    let without_end = text.trim_end_matches(is_decoration);
    let text = if short(text, without_end) { without_end } else { text };
    let without_start = text.trim_start_matches(is_decoration);
    if short(text, without_start) { without_start } else { text }
}

/// The letter that a digit or sign is used for.
fn letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        _ => c,
    }
}

/// Whether `password` is one or two characters over and over, or characters in a row such as `12345678` or `hgfedcba`.
fn is_monotonous(password: &str) -> bool {
    let characters: Vec<u32> = password.to_lowercase().chars().map(u32::from).collect();
    let distinct: HashSet<&u32> = characters.iter().collect();
    let in_row = |step: i64| characters.windows(2).all(|pair| i64::from(pair[1]) - i64::from(pair[0]) == step);
    distinct.len() <= 2 || in_row(1) || in_row(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["alice_77", "alice.liddell@wonderland.example", "Alice P. Liddell"];

    #[test]
    fn what_everybody_tries_is_refused_however_it_is_dressed() {
        for password in [
            "password",
            "PassWord",
            "password1",
            "Password123!",
            "P@ssw0rd",
            "P@ssw0rd1!",
            "pass word",
            "!!password!!",
            "qwertyuiop",
            "12345678",
            "87654321",
            "abcdefgh",
            "11111111",
            "abababab",
            "iloveyou",
            "1q2w3e4r5t",
            "sunshine99",
            "Football2024",
            "letmein!",
            "correct horse battery staple",
            "trustno1",
            "  password  ",
        ] {
            let refused = refuse_guessable(password, &NAMES).unwrap_err();
            assert_eq!(refused.code, Code::PasswordTooCommon, "{password}");
        }
    }

    #[test]
    fn ones_own_names_are_refused_however_they_are_dressed() {
        for password in [
            "alice_77",
            "Alice_77!",
            "alice.liddell",
            "aliceliddell",
            "ALICE.LIDDELL@wonderland.example",
            "liddell1",
            "Liddell2024",
            "l1dd3ll!",
            "wonderland",
            "Alice P. Liddell",
            "alicepliddell",
        ] {
            let refused = refuse_guessable(password, &NAMES).unwrap_err();
            assert_eq!(refused.code, Code::PasswordTooCommon, "{password}");
        }
    }

    #[test]
    fn all_others_are_accepted() {
        for password in [
            "correct horse battery",
            "alice went through the looking glass",
            "kW3#x9!pQz",
            "48213957 monkeys",
            "monkey48213957",
            "an even longer one",
            "Übung macht den Meister",
            "密码很长但是不常见的",
            "liddell and the hatter",
            "qX7-rialto-bridge",
        ] {
            assert_eq!(refuse_guessable(password, &NAMES), Ok(()), "{password}");
        }
        // A short name is a part of too much, and nobody's password has only its length.
        assert_eq!(refuse_guessable("Bobbejaan", &["bo", "b@x.example", "Bo B"]), Ok(()));
    }

    #[test]
    fn the_list_is_as_it_is_read() {
        assert!(COMMON.lines().count() > 10_000);
        assert!(COMMON.lines().all(|word| word == word.trim().to_lowercase() && word.chars().count() >= 4));
        assert_eq!(common().len(), COMMON.lines().count());
    }
}
