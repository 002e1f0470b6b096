//! Selections as this test knows them: of clients, of the router's requests, of keys and `@requires`.
//!
//! Variables have their values already; what a client writes keeps its text beside them, so that it can be printed.

use std::{
    collections::BTreeSet,
    fmt::{self, Write as _},
};

use crate::value::Value;

/// Of more conditions than these, the rest is false.
const MOST_CONDITIONS: usize = 3;

/// A field, an inline fragment or the spread of a named one.
#[derive(Clone, Debug)]
pub enum Selection {
    Field(Field),
    Inline { on: Option<String>, conditions: Vec<Condition>, below: Vec<Selection> },
    Spread { name: String, conditions: Vec<Condition> },
}

/// A selected field.
#[derive(Clone, Debug)]
pub struct Field {
    pub alias: Option<String>,
    pub name: String,
    pub arguments: Vec<Argument>,
    pub conditions: Vec<Condition>,
    pub below: Vec<Selection>,
}

/// An argument: as written, and what it comes to. Nothing, if it is a variable that was left out.
#[derive(Clone, Debug)]
pub struct Argument {
    pub name: String,
    pub text: String,
    pub value: Option<Value>,
}

/// `@skip` or `@include`: as written, and whether the variable or literal is true.
#[derive(Clone, Debug)]
pub struct Condition {
    pub skip: bool,
    pub text: String,
    pub truth: bool,
}

/// A named fragment.
#[derive(Clone, Debug)]
pub struct Fragment {
    pub name: String,
    pub on: String,
    pub below: Vec<Selection>,
}

/// A declared variable and what the client sends for it.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    /// Type and default.
    pub declared: String,
    pub value: Option<Value>,
}

/// An operation with its fragments.
#[derive(Clone, Debug, Default)]
pub struct Operation {
    pub mutation: bool,
    pub selections: Vec<Selection>,
    pub fragments: Vec<Fragment>,
    pub variables: Vec<Variable>,
    /// The document, if somebody else wrote it.
    pub source: Option<String>,
}

impl Field {
    /// A field without anything else.
    pub fn plain(name: &str) -> Self {
        Self { alias: None, name: name.to_owned(), arguments: Vec::new(), conditions: Vec::new(), below: Vec::new() }
    }

    /// The response key.
    pub fn key(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// Whether `@skip` and `@include` let a selection through.
pub fn included(conditions: &[Condition]) -> bool {
    conditions.iter().all(|condition| condition.skip != condition.truth)
}

impl Operation {
    /// `CollectFields` (GraphQL specification, section 6.3.2): the fields of an object by response key, in order.
    pub fn collect<'a>(
        &'a self,
        selections: &[&'a [Selection]],
        applies: &dyn Fn(&str) -> bool,
    ) -> Vec<(&'a str, Vec<&'a Field>)> {
        let mut found = Vec::new();
        let mut visited = Vec::new();
        for selections in selections {
            self.collect_into(selections, applies, &mut visited, &mut found);
        }
        found
    }

    fn collect_into<'a>(
        &'a self,
        selections: &'a [Selection],
        applies: &dyn Fn(&str) -> bool,
        visited: &mut Vec<&'a str>,
        found: &mut Vec<(&'a str, Vec<&'a Field>)>,
    ) {
        for selection in selections {
            match selection {
                Selection::Field(field) if included(&field.conditions) => {
                    match found.iter_mut().find(|(key, _)| *key == field.key()) {
                        Some((_, fields)) => fields.push(field),
                        None => found.push((field.key(), vec![field])),
                    }
                }
                Selection::Inline { on, conditions, below }
                    if included(conditions) && on.as_deref().is_none_or(applies) =>
                {
                    self.collect_into(below, applies, visited, found);
                }
                Selection::Spread { name, conditions } if included(conditions) && !visited.contains(&&**name) => {
                    visited.push(name);
                    let Some(fragment) = self.fragments.iter().find(|fragment| fragment.name == *name) else {
                        continue;
                    };
                    if applies(&fragment.on) {
                        self.collect_into(&fragment.below, applies, visited, found);
                    }
                }
                _ => {}
            }
        }
    }

    /// What the client sends as `variables`.
    pub fn sent(&self) -> Value {
        let given = self.variables.iter().filter_map(|known| Some((known.name.clone(), known.value.clone()?)));
        Value::Object(given.collect())
    }

    /// Drops all conditions: what they hid is asked for.
    pub fn settle(&mut self) {
        fn settle(selections: &mut [Selection]) {
            for selection in selections {
                match selection {
                    Selection::Field(Field { conditions, below, .. }) | Selection::Inline { conditions, below, .. } => {
                        conditions.clear();
                        settle(below);
                    }
                    Selection::Spread { conditions, .. } => conditions.clear(),
                }
            }
        }
        settle(&mut self.selections);
        self.fragments.iter_mut().for_each(|fragment| settle(&mut fragment.below));
        self.tidy();
    }

    /// The operation under every truth assignment of the variables that decide over `@skip` and `@include`.
    pub fn assignments(&self) -> Vec<Self> {
        let mut names = BTreeSet::new();
        let mut seen = self.clone();
        seen.conditions(&mut |condition| {
            names.extend(condition.text.strip_prefix('$').map(|name| name.trim_end().to_owned()));
        });
        if names.is_empty() {
            return Vec::new();
        }
        let with = |bits: usize| {
            let truths = names.iter().enumerate().map(|(at, name)| (name.as_str(), bits >> at & 1 == 1));
            let truths: Vec<(&str, bool)> = truths.collect();
            let truth = |name: &str| truths.iter().find(|(known, _)| *known == name).map(|(_, truth)| *truth);
            let mut operation = self.clone();
            operation.conditions(&mut |condition| {
                let assigned = condition.text.strip_prefix('$').and_then(|name| truth(name.trim_end()));
                condition.truth = assigned.unwrap_or(condition.truth);
            });
            for variable in &mut operation.variables {
                variable.value = truth(&variable.name).map(Value::Bool).or(variable.value.take());
            }
            operation
        };
        (0..1 << names.len().min(MOST_CONDITIONS)).map(with).collect()
    }

    /// Looks at every `@skip` and `@include`.
    fn conditions(&mut self, see: &mut dyn FnMut(&mut Condition)) {
        let below = self.fragments.iter_mut().map(|fragment| &mut fragment.below);
        let mut open: Vec<&mut Vec<Selection>> = below.chain([&mut self.selections]).collect();
        while let Some(selections) = open.pop() {
            for selection in selections {
                let (conditions, below) = match selection {
                    Selection::Field(field) => (&mut field.conditions, Some(&mut field.below)),
                    Selection::Inline { conditions, below, .. } => (conditions, Some(below)),
                    Selection::Spread { conditions, .. } => (conditions, None),
                };
                conditions.iter_mut().for_each(&mut *see);
                open.extend(below);
            }
        }
    }

    /// Drops the fragments and variables that nothing uses.
    pub fn tidy(&mut self) {
        loop {
            let text = self.to_string();
            let before = self.fragments.len();
            self.fragments.retain(|fragment| text.contains(&format!("...{} ", fragment.name)));
            if self.fragments.len() == before {
                break;
            }
        }
        let used = Self { variables: Vec::new(), ..self.clone() }.to_string();
        self.variables.retain(|variable| used.contains(&format!("${} ", variable.name)));
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = &self.source {
            return to.write_str(source);
        }
        to.write_str(if self.mutation { "mutation" } else { "query" })?;
        if !self.variables.is_empty() {
            let declared = self.variables.iter().map(|known| format!("${}: {}", known.name, known.declared));
            write!(to, "({})", declared.collect::<Vec<_>>().join(", "))?;
        }
        write_selections(&self.selections, to)?;
        for fragment in &self.fragments {
            write!(to, " fragment {} on {}", fragment.name, fragment.on)?;
            write_selections(&fragment.below, to)?;
        }
        Ok(())
    }
}

/// Every word is followed by a space, so that names can be searched for.
fn write_selections(selections: &[Selection], to: &mut fmt::Formatter<'_>) -> fmt::Result {
    to.write_str(" { ")?;
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                if let Some(alias) = &field.alias {
                    write!(to, "{alias}: ")?;
                }
                to.write_str(&field.name)?;
                if !field.arguments.is_empty() {
                    let all = field.arguments.iter().map(|argument| format!("{}: {} ", argument.name, argument.text));
                    write!(to, "({})", all.collect::<Vec<_>>().join(", "))?;
                }
                to.write_str(" ")?;
                write_conditions(&field.conditions, to)?;
                if !field.below.is_empty() {
                    write_selections(&field.below, to)?;
                }
            }
            Selection::Inline { on, conditions, below } => {
                to.write_str("... ")?;
                if let Some(on) = on {
                    write!(to, "on {on} ")?;
                }
                write_conditions(conditions, to)?;
                write_selections(below, to)?;
            }
            Selection::Spread { name, conditions } => {
                write!(to, "...{name} ")?;
                write_conditions(conditions, to)?;
            }
        }
    }
    to.write_char('}')?;
    to.write_char(' ')
}

fn write_conditions(conditions: &[Condition], to: &mut fmt::Formatter<'_>) -> fmt::Result {
    conditions.iter().try_for_each(|condition| {
        write!(to, "@{}(if: {} ) ", if condition.skip { "skip" } else { "include" }, condition.text)
    })
}
