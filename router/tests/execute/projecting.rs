//! Thousands of random answers to a few plans: the response always has the operation's shape, and the data that a naive
//! executor finds in them. `PROJECTING_SEED` says with which to begin.

#[path = "../support/projecting.rs"]
mod support;

use crate::random::Random;

/// How many answers are tried, unless `PROJECTING_ANSWERS` says otherwise.
const ANSWERS: u64 = 4_000;

#[test]
fn whatever_subgraphs_answer_the_response_has_the_operations_shape() {
    let mut whole = 0;
    let first = setting("PROJECTING_SEED", 0);
    let answers = setting("PROJECTING_ANSWERS", ANSWERS);
    for seed in first..first + answers {
        let mut random = Random::new(seed);
        // Fewer or more of the bytes are such that decide for something odd.
        let odd = [0, 3, 10, 40, 100][random.below(5)];
        let byte = |random: &mut Random| {
            let byte = random.next().to_le_bytes()[0];
            if random.chance(odd) { byte } else { byte % 200 }
        };
        let length = random.below(300);
        let bytes: Vec<u8> = (0..length).map(|_| byte(&mut random)).collect();
        match support::judge(&bytes) {
            Ok(data) => whole += u64::from(data),
            Err(why) => panic!("seed {seed}: {why}"),
        }
    }
    println!("{whole} of {answers} responses hold data");
    assert!(whole > answers / 3, "only {whole} of {answers} responses hold data");
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}
