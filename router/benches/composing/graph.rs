//! Graphs to compose, like those of the field, from a seed.

use std::fmt::Write as _;

use rialto::compose::Subgraph;

use crate::random::Random;

const HEAD: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@key\", \
    \"@shareable\", \"@requires\", \"@provides\", \"@external\"])\n";

/// The fields of an entity, beside its keys.
const FIELDS: usize = 15;

/// What one subgraph is going to say.
#[derive(Clone, Default)]
struct Draft {
    sdl: String,
    query: String,
    /// The entities that it declares, and those that it only refers to, with the fields it may provide with them.
    declares: Vec<usize>,
    refers: Vec<(usize, bool)>,
    /// The value types and interfaces that it uses.
    values: Vec<usize>,
    interfaces: Vec<usize>,
}

impl Draft {
    fn refer(&mut self, target: usize, provides: bool) {
        match self.refers.iter_mut().find(|(known, _)| *known == target) {
            Some((_, known)) => *known |= provides,
            None => self.refers.push((target, provides)),
        }
    }
}

fn note(list: &mut Vec<usize>, item: usize) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// `types` entities over `subgraphs`: each in two to four of them, some with a second key that leads to the third.
pub fn keyed(types: usize, subgraphs: usize, seed: u64) -> Vec<Subgraph> {
    let mut random = Random::new(seed);
    let mut drafts = vec![Draft::default(); subgraphs];
    let homes: Vec<Vec<usize>> = (0..types)
        .map(|_| {
            let mut all: Vec<usize> = (0..subgraphs).collect();
            random.shuffle(&mut all);
            all.truncate(2 + random.below(3));
            all
        })
        .collect();
    for (ty, homes) in homes.iter().enumerate() {
        for home in homes {
            drafts[*home].declares.push(ty);
        }
    }
    let interfaces = (types / 10).max(1);
    for (ty, homes) in homes.iter().enumerate() {
        entity(ty, homes, (types, interfaces), &mut drafts, &mut random);
    }
    drafts.into_iter().enumerate().map(|(index, draft)| finish(index, draft)).collect()
}

fn entity(ty: usize, homes: &[usize], (types, interfaces): (usize, usize), drafts: &mut [Draft], random: &mut Random) {
    let has_code = homes.len() > 2 && random.chance(40);
    let mut bodies: Vec<String> = vec![String::new(); homes.len()];
    for field in 0..FIELDS {
        let owner = random.below(homes.len());
        let draft = &mut drafts[homes[owner]];
        let line = match field {
            // The first is what others may provide and require.
            0 => "f0: String @shareable".to_owned(),
            1..=3 => {
                let target = random.below(types);
                let more = random.chance(15) && !draft.declares.contains(&target);
                draft.refer(target, more);
                let provided = if more { " @provides(fields: \"f0\")" } else { "" };
                if random.chance(50) {
                    format!("f{field}: T{target}{provided}")
                } else {
                    format!("f{field}(first: Int!): [T{target}!]!{provided}")
                }
            }
            4 => {
                let value = random.below(types / 5 + 1);
                note(&mut draft.values, value);
                format!("f{field}: V{value}")
            }
            5 if draft.declares.first().is_some_and(|first| *first != ty) => {
                let interface = draft.declares[0] % interfaces;
                note(&mut draft.interfaces, interface);
                format!("f{field}: [I{interface}]")
            }
            _ => format!("f{field}: Int"),
        };
        let _ = writeln!(bodies[if field == 0 { 0 } else { owner }], "  {line}");
    }
    if random.chance(20) {
        bodies[1].push_str("  f0: String @external\n  derived: Int @requires(fields: \"f0\")\n");
    }
    for (index, (home, body)) in homes.iter().zip(bodies).enumerate() {
        let draft = &mut drafts[*home];
        let interface = ty % interfaces;
        note(&mut draft.interfaces, interface);
        let keys = match index {
            0 | 1 if has_code => "@key(fields: \"id\") @key(fields: \"code\")",
            2.. if has_code => "@key(fields: \"code\")",
            _ => "@key(fields: \"id\")",
        };
        let mut own = String::new();
        if keys.contains("id") {
            own.push_str("  id: ID!\n");
        }
        if keys.contains("code") {
            own.push_str("  code: ID!\n");
        }
        let implements = if keys.contains("id") { format!(" implements I{interface}") } else { String::new() };
        let _ = writeln!(draft.sdl, "type T{ty}{implements} {keys} {{\n{own}{body}}}");
    }
    let _ = writeln!(drafts[homes[0]].query, "  t{ty}(id: ID!): T{ty}\n  all{ty}: [T{ty}!]!");
}

fn finish(index: usize, mut draft: Draft) -> Subgraph {
    for (target, provides) in &draft.refers {
        if !draft.declares.contains(target) {
            let provided = if *provides { " f0: String @external" } else { "" };
            let _ =
                writeln!(draft.sdl, "type T{target} @key(fields: \"id\", resolvable: false) {{ id: ID!{provided} }}");
        }
    }
    for value in &draft.values {
        let _ = writeln!(draft.sdl, "type V{value} @shareable {{ amount: Int currency: String unit: String }}");
    }
    for interface in &draft.interfaces {
        let _ = writeln!(draft.sdl, "interface I{interface} {{ id: ID! }}");
    }
    let sdl = format!("{HEAD}{}type Query {{\n  ping{index}: Int\n{}}}\n", draft.sdl, draft.query);
    Subgraph { name: format!("s{index:02}"), url: format!("http://s{index:02}"), sdl }
}

/// Value types that all subgraphs share whole, each of which leads to each other.
pub fn hostile(types: usize, subgraphs: usize) -> Vec<Subgraph> {
    let mut values = String::new();
    for ty in 0..types {
        let fields: Vec<String> = (0..types).map(|other| format!("v{other}: V{other}")).collect();
        let _ = writeln!(values, "type V{ty} @shareable {{ s: Int {} }}", fields.join(" "));
    }
    let subgraph = |index: usize| {
        let sdl = format!("{HEAD}{values}type Query {{ v: V0 @shareable own{index}: V0 }}\n");
        Subgraph { name: format!("s{index:02}"), url: format!("http://s{index:02}"), sdl }
    };
    (0..subgraphs).map(subgraph).collect()
}
