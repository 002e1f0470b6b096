//! Thousands of random answers to a few plans: the response always has the operation's shape.

#[path = "../support/projecting.rs"]
mod support;

use crate::reading::random::Random;

/// How many answers are tried.
const ANSWERS: u64 = 4_000;

#[test]
fn whatever_subgraphs_answer_the_response_has_the_operations_shape() {
    let mut whole = 0;
    for seed in 0..ANSWERS {
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
    assert!(whole > ANSWERS / 3, "only {whole} of {ANSWERS} responses hold data");
}
