//! Thousands of bodies, good and spoilt, read by the engine and by `serde_json`.

#[path = "../support/reading.rs"]
mod support;

use std::fmt::Write as _;

use apollo_compiler::name;
use rialto::{
    graph::TypeId,
    plan::{Shape, Slot, SlotKind},
};

use support::judge;

use crate::random::Random;

/// How many bodies are tried.
const BODIES: u64 = 20_000;

const KEYS: [&str; 12] = ["id", "name", "__typename", "a", "ab", "abc", "", "é", "🦊", "a\"b", "n\\u", "_entities"];
const STRINGS: [&str; 8] = ["User", "Thing", "", "plain", "é🦊", "a \"quoted\" \\ word", "\u{1}\n\t", "null"];
/// Pieces of JSON, whole and broken, that are put anywhere.
const PIECES: [&str; 30] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "null",
    "nul",
    "true",
    "-",
    "0",
    "01",
    "1.",
    ".5",
    "1e",
    "1e+5",
    "-0.0E-2",
    "\\u00e9",
    "\\ud83e\\udd8a",
    "\\ud83e",
    "\\u12",
    "\u{1}",
    " ",
    "\u{feff}",
    "{}",
    "[]",
    "\"data\":",
    "\"\":",
];

/// Shapes that refer to each other at random; the first is `data`.
fn shapes(random: &mut Random) -> Vec<Shape> {
    let count = 1 + random.below(4);
    let mut shapes = Vec::new();
    for _ in 0..count {
        let mut keys = KEYS.to_vec();
        random.shuffle(&mut keys);
        keys.truncate(random.below(7));
        let kind = |key: &str, random: &mut Random| match random.below(3) {
            _ if key == "__typename" => SlotKind::Typename,
            0 => SlotKind::Object(random.below(count)),
            _ => SlotKind::Leaf,
        };
        let slots = keys.into_iter().map(|key| Slot::new(key, kind(key, random))).collect();
        let types = vec![(name!("User"), TypeId(1)), (name!("Thing"), TypeId(2))];
        shapes.push(Shape { slots, types });
    }
    shapes
}

/// Writes bodies that mostly are what the shapes say.
struct Writer<'a> {
    shapes: &'a [Shape],
    random: &'a mut Random,
    out: String,
}

impl Writer<'_> {
    fn space(&mut self) {
        if self.random.chance(6) {
            self.out.push_str(["  ", "\n", "\t", "\r\n "][self.random.below(4)]);
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for letter in text.chars() {
            if letter.is_control() || matches!(letter, '"' | '\\') || self.random.chance(4) {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    let _ = write!(self.out, "\\u{unit:04x}");
                }
            } else {
                self.out.push(letter);
            }
        }
        self.out.push('"');
    }

    fn body(&mut self) {
        let mut keys = vec!["data"];
        for (key, percent) in [("errors", 30), ("extensions", 10), ("data", 3), ("x", 5), ("errors", 4)] {
            if self.random.chance(percent) {
                keys.push(key);
            }
        }
        self.random.shuffle(&mut keys);
        self.members(&keys, |this, key| match key {
            "data" => this.value(SlotKind::Object(0), 0),
            _ => this.value(SlotKind::Leaf, 0),
        });
        self.space();
    }

    fn members(&mut self, keys: &[&str], write: impl Fn(&mut Self, &str)) {
        self.space();
        self.out.push('{');
        for (index, key) in keys.iter().enumerate() {
            self.out.push_str(if index > 0 { "," } else { "" });
            self.space();
            self.string(key);
            self.space();
            self.out.push(':');
            write(self, key);
        }
        self.space();
        self.out.push('}');
    }

    fn value(&mut self, kind: SlotKind, depth: usize) {
        self.space();
        match (kind, self.random.below(20)) {
            (_, 0) => self.out.push_str("null"),
            (SlotKind::Object(_), 1) | (SlotKind::Typename, 2) => self.value(SlotKind::Leaf, depth),
            (SlotKind::Object(_), 3..8) | (SlotKind::Leaf, 3) if depth < 7 => {
                self.out.push('[');
                for index in 0..self.random.below(4) {
                    self.out.push_str(if index > 0 { "," } else { "" });
                    self.value(kind, depth + 1);
                }
                self.space();
                self.out.push(']');
            }
            (SlotKind::Object(shape), _) if depth < 7 => self.object(shape, depth),
            (SlotKind::Leaf, 4) if depth < 7 => self.members(&["deep", "a"], |this, _| this.value(kind, depth + 1)),
            (SlotKind::Leaf, 5..12) => {
                const NUMBERS: [&str; 8] = ["0", "-1", "7.25", "1e3", "-0", "9007199254740993", "1E-7", "123456789012"];
                self.out.push_str(NUMBERS[self.random.below(NUMBERS.len())]);
            }
            (SlotKind::Leaf, 12) => self.out.push_str(["true", "false"][self.random.below(2)]),
            _ => {
                let text = *self.random.pick(&STRINGS);
                self.string(text);
            }
        }
        self.space();
    }

    fn object(&mut self, shape: usize, depth: usize) {
        let shapes = self.shapes;
        let slots = &shapes[shape].slots;
        let mut keys: Vec<&str> = slots.iter().map(|slot| &*slot.key).collect();
        if self.random.chance(20) {
            keys.push(KEYS[self.random.below(KEYS.len())]);
        }
        if self.random.chance(30) {
            self.random.shuffle(&mut keys);
        }
        if self.random.chance(10) {
            keys.pop();
        }
        self.members(&keys, |this, key| {
            let slot = slots.iter().find(|slot| &*slot.key == key);
            this.value(slot.map_or(SlotKind::Leaf, |slot| slot.kind), depth + 1);
        });
    }
}

/// Spoils a body a little.
fn spoil(body: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(3) {
        let at = random.below(body.len() + 1);
        match random.below(7) {
            0 => body.truncate(at),
            1 | 2 => drop(body.splice(at..at, random.pick(&PIECES).bytes())),
            3 if at < body.len() => drop(body.remove(at)),
            4 if at < body.len() => body[at] = random.next().to_le_bytes()[0],
            5 if at < body.len() => body[at] ^= 1 << random.below(8),
            6 => {
                let to = (at + random.below(12)).min(body.len());
                let copied = body[at..to].to_vec();
                let into = random.below(body.len() + 1);
                body.splice(into..into, copied);
            }
            _ => {}
        }
    }
}

#[test]
fn bodies_are_read_as_serde_json_reads_them() {
    let (mut accepted, mut refused) = (0, 0);
    for seed in 0..BODIES {
        let mut random = Random::new(seed);
        let shapes = shapes(&mut random);
        let mut writer = Writer { shapes: &shapes, random: &mut random, out: String::new() };
        writer.body();
        let mut body = writer.out.into_bytes();
        if seed % 2 == 1 {
            spoil(&mut body, &mut random);
        }
        match judge(&body, &shapes) {
            Ok(true) => accepted += 1,
            Ok(false) if seed % 2 == 1 => refused += 1,
            Ok(false) => panic!("seed {seed}: a good body is refused\n{}", String::from_utf8_lossy(&body)),
            Err(why) => panic!("seed {seed}: {why}\n{shapes:#?}\n{}", String::from_utf8_lossy(&body)),
        }
    }
    assert!(accepted > BODIES / 2 && refused > BODIES / 4, "{accepted} accepted, {refused} refused");
}

#[test]
fn nesting_is_bounded_without_a_stack_overflow() {
    let mut random = Random::new(0);
    let shapes = vec![Shape { slots: vec![Slot::new("a", SlotKind::Object(0))], types: Vec::new() }];
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{\"b\":", "}"), ("[{\"a\":", "}]")] {
        for depth in [1, 20, 100, 1_000, 100_000] {
            for key in ["data", "errors", "extensions"] {
                let body = format!("{{\"{key}\":{}1{}}}", open.repeat(depth), close.repeat(depth));
                let accepted = judge(body.as_bytes(), &shapes).unwrap_or_else(|why| panic!("{depth} {open}: {why}"));
                assert_eq!(accepted, depth < 1_000 && (depth < 100 || open.len() < 6), "{depth} {open} in {key}");
                let cut = random.below(body.len());
                assert_eq!(judge(&body.as_bytes()[..cut], &shapes), Ok(false));
            }
        }
    }
}
